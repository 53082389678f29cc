//! Rate limits for what needs no login.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
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
    /// What is refused somebody at one address, and at any: so often an hour it is worth an event.
    same: DefaultKeyedRateLimiter<u64>,
    any: DefaultKeyedRateLimiter<u64>,
    hasher: RandomState,
    checks: AtomicU32,
    clock: DefaultClock,
}

/// So many checks, then what has not been seen for a while is forgotten.
const FORGET_EVERY: u32 = 4096;

/// Allowed per minute and address, or code, unless it says otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    pub logins: NonZeroU32,
    pub posts: NonZeroU32,
    /// Looks at any codes and votes from one address.
    pub votes: NonZeroU32,
    /// Looks at one code and votes with it.
    pub codes: NonZeroU32,
    /// Refusals of one login that are told of, in an hour.
    pub refusals: NonZeroU32,
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
            refusals: of(30),
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
            same: RateLimiter::keyed(Quota::per_hour(NonZeroU32::MIN)),
            any: RateLimiter::keyed(Quota::per_hour(allowance.refusals)),
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

    /// Whether a refusal is worth an event: the same once an hour, and no more than so many of one login.
    pub fn worth_noting(&self, who: impl Hash + Copy, what: &str) -> bool {
        self.check_key(&self.same, &self.hasher.hash_one((who, what)))
            .is_ok()
            && self
                .check_key(&self.any, &self.hasher.hash_one(who))
                .is_ok()
    }

    fn check(&self, limiter: &DefaultKeyedRateLimiter<IpAddr>, req: &HttpRequest) -> Result<()> {
        match client(req) {
            Some(client) => self.check_key(limiter, &household(client)),
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
            self.same.retain_recent();
            self.any.retain_recent();
        }
        limiter
            .check_key(key)
            .map_err(|until| Error::TooMany(until.wait_time_from(self.clock.now()).as_secs() + 1))
    }
}

/// Whoever has an IPv6 address has the 2^64 beside it, too: they count as one.
pub fn household(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(own) => IpAddr::V4(own),
        IpAddr::V6(own) => IpAddr::V6(Ipv6Addr::from_bits(own.to_bits() & !0 << 64)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_household_is_one_and_a_mapped_address_is_the_old_one() {
        let of = |text: &str| household(text.parse().unwrap());
        assert_eq!(
            of("2001:db8:1:2::1"),
            of("2001:db8:1:2:ffff:ffff:ffff:ffff")
        );
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
