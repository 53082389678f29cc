DROP TABLE panel_replacements;
DROP TABLE panel_invitations;
DROP TABLE panel_substitutes;
DROP TABLE draws;
