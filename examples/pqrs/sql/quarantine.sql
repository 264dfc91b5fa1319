-- What was typed in wrong, and has not been corrected since.
SELECT q._violations AS missed, q.as_typed
FROM clean.requests__quarantine q
WHERE NOT EXISTS (FROM clean.requests c WHERE c.id = q.id AND c.last_modified > q.last_modified)
ORDER BY q.id;
