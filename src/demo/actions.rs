//! Making the demo's data once, and moving its clock.

use std::path::Path;
use std::time::Duration as Pause;

use chrono::{Duration, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::store;
use crate::audit;
use crate::clock::{self, Clock, Instant};
use crate::config::Config;
use crate::db::Tx;
use crate::db::heads::HeadsFile;
use crate::error::{Error, Result};
use crate::holidays;
use crate::seed::{self, Source};
use crate::web::{App, Asked};
use crate::who::password::DEMO_PASSWORD;

/// The demo's first morning: a Monday in the year the seed tells of.
fn first_morning() -> Instant {
    let day = NaiveDate::from_ymd_opt(2026, 3, 9).unwrap_or_default();
    clock::from_local(day.and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()))
}

fn bring_up(config: &Config) -> anyhow::Result<()> {
    let heads = HeadsFile::new(&config.heads_file);
    audit::bring_up(&config.database_url, heads, &config.secret, |c| {
        let stopped = store::clock(c)?;
        Ok(stopped.map_or_else(Clock::real, Clock::fixed))
    })?;
    Ok(())
}

/// Makes the data if there is none. A half-made database is made anew: only a whole one carries its clock.
pub fn prepare(config: &Config, data: &Path) -> anyhow::Result<bool> {
    bring_up(config)?;
    let made = {
        let app = App::new(config, Clock::fixed(first_morning()), Asked::default())?;
        app.db
            .read_now(store::clock)
            .map_err(|error| anyhow::anyhow!("{error}"))?
            .is_some()
    };
    if made {
        return Ok(false);
    }
    for name in [
        "biaogan.db",
        "biaogan.db-wal",
        "biaogan.db-shm",
        "audit-heads.txt",
    ] {
        let path = data.join(name);
        if path.exists() {
            std::fs::remove_file(path)?;
        }
    }
    bring_up(config)?;
    let app = App::new(config, Clock::fixed(first_morning()), Asked::default())?;
    seed::load(
        &app,
        &Source::Embedded,
        first_morning(),
        DEMO_PASSWORD,
        true,
    )
    .map_err(|error| anyhow::anyhow!("{error}"))?;
    app.db
        .write_now(|tx| store::set_clock(tx, first_morning()))
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(true)
}

/// Where the clock stopped.
pub fn clock_at_start(config: &Config) -> anyhow::Result<Instant> {
    let app = App::new(config, Clock::real(), Asked::default())?;
    let stopped = app
        .db
        .read_now(store::clock)
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(stopped.unwrap_or_else(first_morning))
}

/// Writes down where the clock is.
pub fn save_clock(app: &App) -> Result<()> {
    let now = app.clock().now();
    app.db.write_now(move |tx| store::set_clock(tx, now))
}

/// Writes it down every ten seconds, for a demo that is killed.
pub fn keep_clock(app: &App) {
    let app = app.clone();
    actix_web::rt::spawn(async move {
        let mut every = tokio::time::interval(Pause::from_secs(10));
        loop {
            every.tick().await;
            let now = app.clock().now();
            if let Err(error) = app.db.write(move |tx| store::set_clock(tx, now)).await {
                log::warn!("cannot write down the demo's clock: {error}");
            }
        }
    });
}

/// Exactly one of the three.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClockInput {
    #[validate(range(min = 1, max = 525_600))]
    #[schema(minimum = 1, maximum = 525_600)]
    pub advance_minutes: Option<i64>,
    #[validate(range(min = 1, max = 400))]
    #[schema(minimum = 1, maximum = 400)]
    pub advance_days: Option<i64>,
    /// To the same hour so many working days later.
    #[validate(range(min = 1, max = 250))]
    #[schema(minimum = 1, maximum = 250, example = 5)]
    pub advance_working_days: Option<i64>,
}

/// Moves the clock forward.
pub fn advance(tx: &mut Tx, input: &ClockInput) -> Result<Instant> {
    let now = tx.clock().now();
    let new = match (
        input.advance_minutes,
        input.advance_days,
        input.advance_working_days,
    ) {
        (Some(minutes), None, None) => now + Duration::minutes(minutes),
        (None, Some(days), None) => now + Duration::days(days),
        (None, None, Some(days)) => {
            let today = clock::local_date(now);
            let then = holidays::table(tx)?
                .add_working_days(today, u32::try_from(days).unwrap_or(1))
                .ok_or_else(|| Error::field("advance_working_days", "超出日历范围。"))?
                .value;
            now + Duration::days((then - today).num_days())
        }
        _ => {
            return Err(Error::field(
                "advance_minutes",
                "请在 advance_minutes、advance_days、advance_working_days 中给出一个。",
            ));
        }
    };
    store::set_clock(tx, new)?;
    tx.clock().set(new);
    tx.publish_change()?;
    Ok(new)
}
