resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_internet_gateway" "Gateway" {}
resource "aws_internet_gateway_attachment" "a" {
  vpc_id              = aws_vpc.Vpc.id
  internet_gateway_id = aws_internet_gateway.Gateway.id
}
resource "aws_route_table" "Table" {
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_route" "a" {
  route_table_id         = aws_route_table.Table.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.Gateway.id
}
resource "aws_subnet" "Public" {
  vpc_id                  = aws_vpc.Vpc.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.Public.id
  route_table_id = aws_route_table.Table.id
}
