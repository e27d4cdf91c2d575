-- A new epoch.
INSERT INTO key_epoch (epoch, created_at, check_value) VALUES (:epoch, :created_at, :check_value)
