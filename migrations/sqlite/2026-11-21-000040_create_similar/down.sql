DROP TABLE similar_pairs;
DROP TABLE similar_searches;
DROP TABLE similar_signatures;
