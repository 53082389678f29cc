//! Loading a folder such as `seed/`: the same actions as users', under a clock that is set back, into an empty
//! database only.
//!
//! The files say what happened in days before or after "now"; [`load`] makes dated steps of it and runs them in the
//! order of time, so that the audit trail reads as if it had been lived.

mod acceptance;
mod model;
mod people;
mod projects;
mod rounds;
mod showcase;

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::{Duration, NaiveDate, NaiveTime};
use rust_embed::RustEmbed;
use serde::de::DeserializeOwned;

use crate::clock::{self, Instant};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, ProjectId, RoundId, TopicId, UserId};
use crate::session;
use crate::verbs::{self, Scene, Verb};
use crate::web::App;
use crate::who::Actor;

#[derive(RustEmbed)]
#[folder = "seed/"]
struct Embedded;

/// Where the files are read from.
pub enum Source {
    /// The ones in the binary: the demo.
    Embedded,
    Folder(PathBuf),
}

impl Source {
    fn read<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<T> {
        let bytes = match self {
            Self::Embedded => Embedded::get(name)
                .map(|file| file.data.into_owned())
                .ok_or_else(|| anyhow::anyhow!("seed/{name} is not in the binary"))?,
            Self::Folder(folder) => std::fs::read(folder.join(name))
                .map_err(|error| anyhow::anyhow!("{}: {error}", folder.join(name).display()))?,
        };
        serde_json::from_slice(&bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))
    }
}

/// What has been loaded so far, by the files' keys.
pub(crate) struct Loader {
    app: App,
    /// The day the files count from, in Shanghai.
    today: NaiveDate,
    demo: bool,
    /// Of every account that is made; openings are done with it.
    password: String,
    organizations: HashMap<String, OrganizationId>,
    users: HashMap<String, UserId>,
    rounds: HashMap<String, RoundId>,
    topics: HashMap<(String, String), TopicId>,
    bids: HashMap<(String, String), BidId>,
    projects: HashMap<String, ProjectId>,
    /// When the contract of last year's winner starts.
    starts: HashMap<String, NaiveDate>,
    steps: Vec<Step>,
}

type Work = Box<dyn FnOnce(&mut Loader) -> Result<()>>;

/// Something that happened at an instant.
struct Step {
    at: Instant,
    work: Work,
}

impl Loader {
    /// So many days from today at an hour and minute of the day.
    fn at(&self, days: i64, hour: u32, minute: u32) -> Instant {
        let day = self.today + Duration::days(days);
        clock::from_local(
            day.and_time(NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN)),
        )
    }

    fn later(&mut self, at: Instant, work: impl FnOnce(&mut Self) -> Result<()> + 'static) {
        self.steps.push(Step {
            at,
            work: Box::new(work),
        });
    }

    /// Somebody does a verb.
    fn does<V: Verb>(
        &self,
        username: &str,
        id: <V::On as Scene>::Id,
        input: V::Input,
    ) -> Result<V::Gives>
    where
        V::Gives: Send,
    {
        self.act(username, move |tx, actor| {
            verbs::perform::<V>(tx, actor, &id, &input)
        })
    }

    /// Runs a command as the person with this username.
    fn act<T, F>(&self, username: &str, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx, &Actor) -> Result<T> + Send + 'static,
    {
        let username = username.to_owned();
        let keys = self.app.clone();
        self.app.db.write_now(move |tx| {
            let actor = session::act_as(tx, keys.keys(), &username)
                .map_err(|error| anyhow::anyhow!("account {username}: {error}"))?;
            body(tx, &actor)
        })
    }

    fn system<T, F>(&self, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx) -> Result<T> + Send + 'static,
    {
        self.app.db.write_now(body)
    }

    fn organization(&self, key: &str) -> Result<OrganizationId> {
        Ok(*self
            .organizations
            .get(key)
            .ok_or_else(|| anyhow::anyhow!("organization {key} is not in the files"))?)
    }

    fn user(&self, key: &str) -> Result<UserId> {
        Ok(*self
            .users
            .get(key)
            .ok_or_else(|| anyhow::anyhow!("person {key} is not in the files"))?)
    }

    fn bid(&self, round: &str, organization: &str) -> Result<BidId> {
        let key = (round.to_owned(), organization.to_owned());
        Ok(*self
            .bids
            .get(&key)
            .ok_or_else(|| anyhow::anyhow!("no bid of {organization} in {round}"))?)
    }

    fn round(&self, key: &str) -> Result<RoundId> {
        Ok(*self
            .rounds
            .get(key)
            .ok_or_else(|| anyhow::anyhow!("no round {key}"))?)
    }
}

/// The first account after an organization's key that may write for it: `key` drafts, `key.sj` submits and signs.
fn secretary_of(organization: &str) -> String {
    format!("{organization}.sj")
}

/// Loads everything, ending at `now`. The app's clock must be one that can be set; all accounts get `password`, and
/// `demo` marks them as the demo's.
pub fn load(app: &App, source: &Source, now: Instant, password: &str, demo: bool) -> Result<()> {
    if !app.db.read_now(crate::people::is_empty)? {
        return Err(crate::error::Error::conflict(
            "not_empty",
            "the database is not empty: a seed goes into an empty one only",
        ));
    }
    let mut loader = Loader {
        app: app.clone(),
        today: clock::local_date(now),
        demo,
        password: password.to_owned(),
        organizations: HashMap::new(),
        users: HashMap::new(),
        rounds: HashMap::new(),
        topics: HashMap::new(),
        bids: HashMap::new(),
        projects: HashMap::new(),
        starts: HashMap::new(),
        steps: Vec::new(),
    };
    app.clock().set(loader.at(-420, 9, 0));
    people::load(
        &mut loader,
        &source.read::<Vec<model::Organization>>("organizations.json")?,
        &source.read::<Vec<model::Person>>("people.json")?,
    )?;
    let projects: Vec<model::Project> = source.read("projects.json")?;
    for project in &projects {
        let start = loader.today - Duration::days(project.contract_days_ago);
        loader.starts.insert(project.organization.clone(), start);
    }
    for key in ["2025", "2026-1", "2026-2"] {
        let round: model::RoundFile = source.read(&format!("rounds/{key}.json"))?;
        rounds::plan(&mut loader, key, round);
    }
    projects::plan(&mut loader, projects);
    rounds::plan_objection(
        &mut loader,
        source.read::<model::Objection>("objection.json")?,
    );
    // A step may plan further ones: always the earliest is next.
    while let Some(next) = loader
        .steps
        .iter()
        .enumerate()
        .min_by_key(|(_, step)| step.at)
        .map(|(index, _)| index)
    {
        let step = loader.steps.swap_remove(next);
        app.clock().set(step.at);
        (step.work)(&mut loader)
            .map_err(|error| anyhow::anyhow!("at {}: {error}", clock::show_instant(step.at)))?;
    }
    app.clock().set(now);
    Ok(())
}
