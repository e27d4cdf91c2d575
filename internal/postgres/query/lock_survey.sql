-- One publication at a time. Readers, and consents that name a version, do not wait.
LOCK TABLE survey IN SHARE ROW EXCLUSIVE MODE
