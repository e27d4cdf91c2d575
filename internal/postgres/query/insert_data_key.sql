-- A new data key of a person.
INSERT INTO data_key (user_id, key_group, version, epoch, wrapped) VALUES (:user_id, :key_group, :version, :epoch, :wrapped)
