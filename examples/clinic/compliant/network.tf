resource "aws_vpc" "clinic" {
  cidr_block           = var.vpc_cidr
  enable_dns_hostnames = true

  tags = { Name = "clinic" }
}

resource "aws_subnet" "private" {
  for_each = var.zones

  vpc_id            = aws_vpc.clinic.id
  availability_zone = each.key
  cidr_block        = cidrsubnet(var.vpc_cidr, 8, each.value)

  tags = { Name = "private-${each.key}" }
}

# The default group admits nothing, so that nothing is reachable because somebody forgot to choose a group.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.clinic.id
}

resource "aws_flow_log" "clinic" {
  vpc_id          = aws_vpc.clinic.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.logs["vpc-flow"].arn
  iam_role_arn    = aws_iam_role.flow_logs.arn
}

resource "aws_security_group" "database" {
  name        = "patient-database"
  description = "The patient database: only the telehealth service reaches it"
  vpc_id      = aws_vpc.clinic.id

  ingress {
    description     = "PostgreSQL from the telehealth service"
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.telehealth.id]
  }
}

locals {
  telehealth_ports = {
    https = { port = 443, from = ["10.20.0.0/16"] }
    turn  = { port = 5349, from = ["10.20.0.0/16"] }
  }
}

resource "aws_security_group" "telehealth" {
  name        = "telehealth"
  description = "Video visits, behind the clinic's gateway"
  vpc_id      = aws_vpc.clinic.id

  dynamic "ingress" {
    for_each = local.telehealth_ports

    content {
      description = ingress.key
      from_port   = ingress.value.port
      to_port     = ingress.value.port
      protocol    = "tcp"
      cidr_blocks = ingress.value.from
    }
  }

  egress {
    description = "Patches and the services of the clinic over TLS"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

# Machines speak with AWS without leaving the network.
resource "aws_vpc_endpoint" "ec2" {
  vpc_id              = aws_vpc.clinic.id
  service_name        = "com.amazonaws.${var.region}.ec2"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = [aws_security_group.telehealth.id]
}
