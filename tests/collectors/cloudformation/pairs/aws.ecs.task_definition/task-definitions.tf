resource "aws_iam_role" "Role" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_ecs_task_definition" "Task" {
  family        = "reader"
  network_mode  = "awsvpc"
  task_role_arn = aws_iam_role.Role.arn
  container_definitions = jsonencode([{
    name                   = "app"
    image                  = "a"
    privileged             = true
    readonlyRootFilesystem = true
    user                   = "1000"
    environment            = [{ name = "DB_PASSWORD", value = "x" }]
    logConfiguration       = { logDriver = "awslogs", options = { "awslogs-group" = "g" } }
  }])
}
