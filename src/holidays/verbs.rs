//! Replacing a year, or entering it on version 0.

use super::scene::YearScene;
use super::store::{self, Year};
use super::{YearInput, rules};
use crate::error::FieldErrors;
use crate::verbs::prelude::*;

pub struct ReplaceYear;

impl Verb for ReplaceYear {
    type On = YearScene;
    type Gives = YearScene;
    type Input = YearInput;
    type Ready = ();

    const NAME: &'static str = "replace_year";
    const SAYS: &'static str = "Replaces a year, or enters it: the office of a topmost committee, and system administrators.\nWeekends that a notice names along with a holiday may be listed; they are not kept.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::HolidaysChanged);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["role_required", "top_office_required"];

    fn who(_: &YearScene, actor: &Actor) -> Result<()> {
        rules::may_change(actor)
    }

    fn when(_: &mut Conn, _: &YearScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: YearScene,
        (): (),
        _: &Actor,
        input: &YearInput,
    ) -> Result<Done<Self>> {
        let before = on.row;
        let year = before.year;
        let days = rules::entered(year, &input.days)
            .map_err(|faults| Error::Invalid(FieldErrors::from([("days".to_owned(), faults)])))?;
        let (first, last) = rules::bounds(year).ok_or(Error::NotFound)?;
        let row = Year {
            digest: rules::digest(days.iter()),
            version: before.version.max(1),
            updated_at: Some(tx.now()),
            year,
        };
        if before.version > 0 {
            store::update_year(tx, &row)?;
        } else {
            store::insert_year(tx, &row)?;
        }
        store::delete_days(tx, first, last)?;
        for day in &days {
            store::insert_day(tx, day)?;
        }
        Ok(
            Done::of(year, format!("{year} 年的节假日表已保存。")).detail(json!({
                "days": days.len(),
                "digest": row.digest,
                "before": (before.version > 0).then_some(before.digest),
            })),
        )
    }
}
