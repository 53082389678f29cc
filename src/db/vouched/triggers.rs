//! The triggers that tell which rows a transaction changed, and what it found them like.

use std::fmt::Write as _;

use diesel::connection::SimpleConnection;

use super::{Shape, Shapes};
use crate::db::Conn;
use crate::db::connection::TOUCHED;
use crate::error::Result;

impl Shapes {
    /// On a connection that writes: from now on its transactions tell what they change.
    pub fn listen(&self, c: &mut Conn) -> Result<()> {
        let mut sql = format!("CREATE TEMP TABLE IF NOT EXISTS {TOUCHED}");
        match c {
            Conn::Sqlite(c) => {
                sql.push_str(" WITHOUT ROWID;\n");
                for shape in self.all() {
                    sql.push_str(&shape.triggers_of_sqlite());
                }
                c.batch_execute(&sql)?;
            }
            Conn::Postgres(c) => c.batch_execute(&sql)?,
        }
        Ok(())
    }
}

impl Shape {
    fn triggers_of_sqlite(&self) -> String {
        let (table, columns) = (&self.table, self.columns.join(", "));
        let mut sql = String::new();
        let (was, is) = (self.row("OLD."), self.row("NEW."));
        let differs = format!("WHEN ({was}) IS NOT ({is})");
        let found = self.object_of_sqlite("OLD.");
        for (name, on, row, when, was) in [
            ("made", "INSERT".to_owned(), "NEW.", "", "NULL"),
            (
                "changed",
                format!("UPDATE OF {columns}"),
                "NEW.",
                &differs,
                &found,
            ),
            ("removed", "DELETE".to_owned(), "OLD.", "", &found),
        ] {
            let key = self.key(row);
            let _infallible = writeln!(
                sql,
                "CREATE TEMP TRIGGER IF NOT EXISTS {table}_{name} AFTER {on} ON main.{table} {when} BEGIN \
                 INSERT OR IGNORE INTO touched_rows VALUES ('{table}', {key}, {was}); END;"
            );
        }
        sql
    }

    fn triggers_of_postgres(&self) -> String {
        let (table, columns) = (&self.table, self.columns.join(", "));
        let (old, new) = (self.key("OLD."), self.key("NEW."));
        let (was, is) = (self.row("OLD."), self.row("NEW."));
        format!(
            "CREATE OR REPLACE FUNCTION touched_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF to_regclass('pg_temp.touched_rows') IS NULL THEN RETURN NULL; END IF; \
             IF TG_OP = 'DELETE' THEN \
             INSERT INTO touched_rows VALUES ('{table}', {old}, to_jsonb(OLD)::text) ON CONFLICT DO NOTHING; \
             ELSIF TG_OP = 'UPDATE' THEN \
             INSERT INTO touched_rows VALUES ('{table}', {new}, to_jsonb(OLD)::text) ON CONFLICT DO NOTHING; \
             ELSE INSERT INTO touched_rows VALUES ('{table}', {new}, NULL) ON CONFLICT DO NOTHING; END IF; \
             RETURN NULL; END $$;\n\
             DROP TRIGGER IF EXISTS touched ON {table};\n\
             CREATE TRIGGER touched AFTER INSERT OR DELETE ON {table} \
             FOR EACH ROW EXECUTE FUNCTION touched_{table}();\n\
             DROP TRIGGER IF EXISTS touched_otherwise ON {table};\n\
             CREATE TRIGGER touched_otherwise AFTER UPDATE OF {columns} ON {table} \
             FOR EACH ROW WHEN (ROW({was}) IS DISTINCT FROM ROW({is})) EXECUTE FUNCTION touched_{table}();\n"
        )
    }
}

/// After migrations: the triggers of PostgreSQL, as this program wants them.
pub(in crate::db) fn install(c: &mut Conn) -> Result<()> {
    let shapes = Shapes::of(c)?;
    if let Conn::Postgres(c) = c {
        let sql: String = shapes.all().map(Shape::triggers_of_postgres).collect();
        c.batch_execute(&sql)?;
    }
    Ok(())
}

/// With the last migration taken back.
pub const UNINSTALL: &str = "DO $$ DECLARE f regprocedure; BEGIN \
    FOR f IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'touched\\_%' LOOP \
    EXECUTE 'DROP FUNCTION ' || f || ' CASCADE'; END LOOP; END $$";
