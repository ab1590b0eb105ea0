given_twice = { a = -1, b = ["x"] }
