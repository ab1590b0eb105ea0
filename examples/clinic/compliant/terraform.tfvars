environment = "production"
account_id  = "111122223333"
