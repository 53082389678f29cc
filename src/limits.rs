//! Rate limits for what needs no login.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::{Error, Result};

/// Logins and public posts (objections) by address; votes by their code, so that a whole office behind one address can
/// vote at once, and by address only as far as guessing codes goes.
pub struct Limits {
    logins: DefaultKeyedRateLimiter<IpAddr>,
    posts: DefaultKeyedRateLimiter<IpAddr>,
    votes: DefaultKeyedRateLimiter<IpAddr>,
    /// By a hash that means nothing outside this process.
    codes: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    checks: AtomicU32,
    clock: DefaultClock,
}

/// So many checks, then what has not been seen for a while is forgotten.
const FORGET_EVERY: u32 = 4096;

/// Allowed per minute and address, or code.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    pub logins: NonZeroU32,
    pub posts: NonZeroU32,
    /// Looks at any codes and votes from one address.
    pub votes: NonZeroU32,
    /// Looks at one code and votes with it.
    pub codes: NonZeroU32,
}

impl Default for Allowance {
    fn default() -> Self {
        // A whole branch may sit behind one address.
        let of = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            logins: of(60),
            posts: of(120),
            votes: of(3000),
            codes: of(30),
        }
    }
}

impl Limits {
    pub fn new(allowance: Allowance) -> Self {
        Self {
            logins: RateLimiter::keyed(Quota::per_minute(allowance.logins)),
            posts: RateLimiter::keyed(Quota::per_minute(allowance.posts)),
            votes: RateLimiter::keyed(Quota::per_minute(allowance.votes)),
            codes: RateLimiter::keyed(Quota::per_minute(allowance.codes)),
            hasher: RandomState::new(),
            checks: AtomicU32::new(0),
            clock: DefaultClock::default(),
        }
    }

    pub fn login(&self, req: &HttpRequest) -> Result<()> {
        self.check(&self.logins, req)
    }

    pub fn post(&self, req: &HttpRequest) -> Result<()> {
        self.check(&self.posts, req)
    }

    /// Looking at what a code asks, or answering it.
    pub fn vote(&self, req: &HttpRequest, code: &str) -> Result<()> {
        self.check(&self.votes, req)?;
        self.check_key(&self.codes, &self.hasher.hash_one(code))
    }

    fn check(&self, limiter: &DefaultKeyedRateLimiter<IpAddr>, req: &HttpRequest) -> Result<()> {
        match client(req) {
            Some(client) => self.check_key(limiter, &client),
            None => Ok(()),
        }
    }

    fn check_key<K: Clone + Eq + Hash>(
        &self,
        limiter: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<()> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.logins.retain_recent();
            self.posts.retain_recent();
            self.votes.retain_recent();
            self.codes.retain_recent();
        }
        limiter
            .check_key(key)
            .map_err(|until| Error::TooMany(until.wait_time_from(self.clock.now()).as_secs() + 1))
    }
}

/// Who asks. Behind a proxy on this machine that is who the proxy says; from anywhere else the header is not believed.
pub fn client(req: &HttpRequest) -> Option<IpAddr> {
    let peer = req.peer_addr()?.ip();
    if !peer.is_loopback() {
        return Some(peer);
    }
    let said = req
        .headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok());
    Some(said.unwrap_or(peer))
}
