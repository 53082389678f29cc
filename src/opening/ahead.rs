//! What is read ahead of an opening. Opening many seals takes minutes, and others write meanwhile: so every bid is read
//! before the writer's turn and laid down, a part at a time, in a file beside the stored ones, under a key that lives as
//! long as the command. The opening then writes all of it in one go. Whatever ends the command before that, the database
//! knows nothing of it: the round is sealed as it was, and the same ceremony opens it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use actix_web::web::block;

use super::minute::Compared;
use crate::audit;
use crate::bids::actions::{self as bids, Part, ReadPart};
use crate::error::{Error, Result};
use crate::files::{self, Written};
use crate::ids::{BidId, KeyId, OrganizationId, RoundId};
use crate::sealing::{RoundSecret, Seeker};
use crate::session::{self, Who};
use crate::web::App;

/// A round's bids as its key shows them, and what became of their files.
pub struct Ahead {
    /// The round's key they were opened with.
    pub key: KeyId,
    /// How many bids it did not open because they wait to be sealed again.
    pub left: i64,
    pub files: Compared,
    /// Where the committee's chain first does not hold: what was submitted last may then be missing in it.
    pub broken: Option<i64>,
    laid: Written,
    /// Bytes laid down.
    length: u64,
}

impl Ahead {
    /// No connection is held for longer than a part takes, and no more than a part is in memory.
    pub async fn read(
        app: &App,
        who: &Who,
        round: RoundId,
        secret: RoundSecret,
        left: i64,
        committee: OrganizationId,
    ) -> Result<Self> {
        let (folder, db) = (app.files.clone(), app.db.clone());
        let key = secret.key_id;
        let mut ahead = blocking(move || {
            Ok(Self {
                key,
                left,
                files: Compared::default(),
                broken: audit::verify::broken(&db, committee)?.map(|broken| broken.seq),
                laid: files::create(&folder)?,
                length: 0,
            })
        })
        .await?;
        let mut after = BidId(0);
        loop {
            let (who, secret) = (who.clone(), secret.clone());
            let read = app.db.read(move |c| {
                let actor = session::resolve(c, &who)?;
                bids::read_part(c, &actor, round, &secret, after)
            });
            let Some(read) = read.await? else { break };
            after = read.last;
            let folder = app.files.clone();
            ahead = blocking(move || ahead.with(&folder, &read)).await?;
        }
        blocking(move || {
            ahead.laid.finish()?;
            Ok(ahead)
        })
        .await
    }

    fn with(mut self, folder: &Path, read: &ReadPart) -> Result<Self> {
        self.files.count += read.files.len();
        self.files
            .faults
            .extend(files::compare(folder, &read.files)?);
        self.lay(&serde_json::to_vec(&read.part.lines)?)?;
        for rows in &read.part.rows {
            self.lay(rows.as_bytes())?;
        }
        Ok(self)
    }

    fn lay(&mut self, bytes: &[u8]) -> Result<()> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.laid.write(&length.to_be_bytes())?;
        self.laid.write(bytes)?;
        self.length += 8 + length;
        Ok(())
    }

    /// The parts as they were laid down, as often as they are asked for.
    pub fn parts(&self) -> Result<Parts> {
        Ok(Parts {
            file: self.laid.read_back(self.length)?,
            left: self.length,
        })
    }
}

async fn blocking<T: Send + 'static>(
    job: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    block(job)
        .await
        .map_err(|error| Error::Internal(error.into()))?
}

pub struct Parts {
    file: Seeker<File>,
    /// Bytes to come.
    left: u64,
}

impl Parts {
    fn piece(&mut self) -> Result<String> {
        let mut length = [0; 8];
        self.file.read_exact(&mut length)?;
        let length = u64::from_be_bytes(length);
        self.left = self.left.saturating_sub(8 + length);
        let mut piece = String::new();
        (&mut self.file).take(length).read_to_string(&mut piece)?;
        Ok(piece)
    }

    fn part(&mut self) -> Result<Part> {
        Ok(Part {
            lines: serde_json::from_str(&self.piece()?)?,
            rows: [self.piece()?, self.piece()?, self.piece()?],
        })
    }
}

impl Iterator for Parts {
    type Item = Result<Part>;

    fn next(&mut self) -> Option<Result<Part>> {
        (self.left > 0).then(|| self.part())
    }
}
