-- A batch of imported results, but for what has to be sealed.
COPY staged_ent_result (n, user_id, id, year, session, total, subjects, scores, language, test_date, place,
    testee_code_index_a, testee_code_index_b) FROM STDIN
