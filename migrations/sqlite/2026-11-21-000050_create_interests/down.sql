DROP TABLE declared_relations;
DROP TABLE declared_posts;
