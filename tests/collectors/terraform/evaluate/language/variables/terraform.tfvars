given_by_tfvars = "tfvars"
given_twice     = "tfvars"
not_nullable    = null
