-- A bid is judged by three counted sheets at least; what was divided already stays as it is.
UPDATE assignment_modes SET per_bid = 3 WHERE per_bid < 3 AND assigned_at IS NULL;
