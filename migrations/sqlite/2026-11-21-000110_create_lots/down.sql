DROP TABLE tie_lot_parts;
DROP TABLE tie_lots;
