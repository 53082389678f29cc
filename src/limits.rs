//! Rate limits for what needs no login.

use std::net::IpAddr;
use std::num::NonZeroU32;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::{Error, Result};

/// Per address: logins, and public posts (objections, votes).
pub struct Limits {
    logins: DefaultKeyedRateLimiter<IpAddr>,
    posts: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

/// Allowed per minute and address.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    pub logins: NonZeroU32,
    pub posts: NonZeroU32,
}

impl Default for Allowance {
    fn default() -> Self {
        // A whole branch may sit behind one address.
        let of = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self {
            logins: of(60),
            posts: of(120),
        }
    }
}

impl Limits {
    pub fn new(allowance: Allowance) -> Self {
        Self {
            logins: RateLimiter::keyed(Quota::per_minute(allowance.logins)),
            posts: RateLimiter::keyed(Quota::per_minute(allowance.posts)),
            clock: DefaultClock::default(),
        }
    }

    pub fn login(&self, req: &HttpRequest) -> Result<()> {
        self.check(&self.logins, req)
    }

    pub fn post(&self, req: &HttpRequest) -> Result<()> {
        self.check(&self.posts, req)
    }

    fn check(&self, limiter: &DefaultKeyedRateLimiter<IpAddr>, req: &HttpRequest) -> Result<()> {
        let Some(peer) = req.peer_addr() else {
            return Ok(());
        };
        limiter
            .check_key(&client(req, peer.ip()))
            .map_err(|until| Error::TooMany(until.wait_time_from(self.clock.now()).as_secs() + 1))
    }
}

/// Behind a proxy on this machine the client is who the proxy says; from anywhere else the header is not believed.
fn client(req: &HttpRequest, peer: IpAddr) -> IpAddr {
    if !peer.is_loopback() {
        return peer;
    }
    req.headers()
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .unwrap_or(peer)
}
