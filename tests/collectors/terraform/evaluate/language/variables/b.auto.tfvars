given_by_auto = [1, 2]
