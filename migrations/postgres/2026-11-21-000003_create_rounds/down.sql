DROP TABLE announcements;
DROP TABLE openings;
DROP TABLE schedule_amendments;
DROP TABLE topics;
DROP TABLE rounds;
