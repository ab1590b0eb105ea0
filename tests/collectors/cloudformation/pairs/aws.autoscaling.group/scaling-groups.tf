resource "aws_launch_template" "Template" {
  name = "web"
}
resource "aws_autoscaling_group" "Group" {
  name              = "web"
  health_check_type = "ELB"
  target_group_arns = ["arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1"]
  launch_template {
    id = aws_launch_template.Template.id
  }
  tag {
    key                 = "a"
    value               = "b"
    propagate_at_launch = true
  }
}
