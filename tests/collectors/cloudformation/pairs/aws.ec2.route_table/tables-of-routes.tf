resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "Door" {}
resource "aws_internet_gateway_attachment" "Attached" {
  vpc_id              = aws_vpc.Vpc.id
  internet_gateway_id = aws_internet_gateway.Door.id
}
resource "aws_subnet" "Outer" {
  vpc_id     = aws_vpc.Vpc.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "Open" {
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_route" "Out" {
  route_table_id         = aws_route_table.Open.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.Door.id
}
resource "aws_route" "OutSix" {
  route_table_id              = aws_route_table.Open.id
  destination_ipv6_cidr_block = "::/0"
  gateway_id                  = aws_internet_gateway.Door.id
}
resource "aws_route_table_association" "Association" {
  route_table_id = aws_route_table.Open.id
  subnet_id      = aws_subnet.Outer.id
}
resource "aws_route_table" "Closed" {
  vpc_id = aws_vpc.Vpc.id
}
