//! Whether this node can do its work: it reads and writes, and says so within two seconds whatever hangs.

use std::sync::PoisonError;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::app::{App, Tried};
use crate::clock;
use crate::db::{dialect, settings};

/// An answer is good for so long: whoever asks more often has nothing more written.
const FRESH: Duration = Duration::from_secs(1);
const LIMIT: Duration = Duration::from_millis(1800);

impl App {
    /// Why this node is not ready, in English for operators; None if it is.
    pub async fn not_ready(&self) -> Option<String> {
        if let Some(fault) = self.db.clock_fault() {
            return Some(fault);
        }
        if let Some(fault) = self.heads_fault() {
            return Some(format!(
                "the audit heads file contradicts the database: {fault}"
            ));
        }
        let mut attempt = self.attempt();
        let tried = tokio::time::timeout(LIMIT, attempt.wait_for(Option::is_some)).await;
        match tried {
            Ok(Ok(tried)) => tried.clone().and_then(|(_, fault)| fault),
            Ok(Err(_)) => Some("the attempt to write was given up".to_owned()),
            Err(_) => Some("the database does not answer".to_owned()),
        }
    }

    fn attempt(&self) -> watch::Receiver<Tried> {
        let mut last = self
            .readiness
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let usable = last.clone().filter(|last| match &*last.borrow() {
            // Whoever tried is there no more.
            None => last.has_changed().is_ok(),
            Some((at, _)) => at.elapsed() < FRESH,
        });
        if let Some(last) = usable {
            return last;
        }
        let (tell, told) = watch::channel(None);
        let app = self.clone();
        actix_web::rt::spawn(async move {
            let fault = app.try_out().await.err();
            if let Some(error) = &fault {
                log::warn!("not ready: {error}");
            }
            let _nobody_asks = tell.send(Some((
                Instant::now(),
                fault.map(|_| "the database cannot be read or written".to_owned()),
            )));
        });
        *last = Some(told.clone());
        told
    }

    async fn try_out(&self) -> crate::error::Result<()> {
        self.db.read(dialect::public_version).await?;
        let now = clock::real_now().to_string();
        self.db
            .write(move |tx| settings::write(tx, "ready", &now))
            .await
    }
}
