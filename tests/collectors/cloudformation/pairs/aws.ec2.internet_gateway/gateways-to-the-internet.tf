resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "Door" {
  tags = { Name = "door" }
}
resource "aws_internet_gateway_attachment" "Attached" {
  vpc_id              = aws_vpc.Vpc.id
  internet_gateway_id = aws_internet_gateway.Door.id
}
