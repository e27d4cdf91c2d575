-- One publication at a time. Readers, and consents that name a version, do not wait.
LOCK TABLE policy_version IN SHARE ROW EXCLUSIVE MODE
