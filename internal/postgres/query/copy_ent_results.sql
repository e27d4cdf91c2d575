-- A batch of imported results.
COPY staged_ent_result (n, user_id, id, year, session, total, subjects, scores, language, test_date, place,
    testee_code, testee_code_index_a, testee_code_index_b) FROM STDIN
