//! Tokens, CSRF and the row behind a session.
//!
//! Sessions use real time: idle for 30 minutes or 12 hours old means over.

use chrono::Duration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;

use super::SessionKind;
use super::hs256;
use super::origin::Origin;
use super::store::{self, PersonRow};
use crate::clock;
use crate::crypto::{Key, mac, to_hex};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{SessionId, UserId};
use crate::who::{Actor, Keyring, Person, ServerKeys};

/// Minutes without a request after which a session is over.
pub const IDLE_MINUTES: i64 = 30;
/// Hours after which a session is over, busy or not.
pub const LIFE_HOURS: i64 = 12;

/// Keys derived from the server's secret.
pub struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    csrf: Vec<u8>,
    devices: Key,
    server: Arc<ServerKeys>,
}

impl Keys {
    pub fn new(secret: &[u8]) -> Self {
        hs256::install();
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            csrf: [b"csrf:".as_slice(), secret].concat(),
            devices: Key::derive(secret, b"devices"),
            server: Arc::new(ServerKeys::new(secret)),
        }
    }

    /// Keys for what lies at rest.
    pub fn server(&self) -> &Arc<ServerKeys> {
        &self.server
    }

    /// `secret` opens the person's private key in the session row: the token alone carries it.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        kind: SessionKind,
        secret: Option<String>,
        now: clock::Instant,
    ) -> Result<String> {
        let claims = Claims {
            sub: user.to_string(),
            sid: session,
            kind,
            key: secret,
            iat: now.seconds(),
            exp: (now + Duration::hours(LIFE_HOURS)).seconds(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|error| Error::Internal(error.into()))
    }

    fn read(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .ok()
            .map(|token| token.claims)
    }

    /// The token a session's forms carry.
    pub fn csrf(&self, session: SessionId) -> String {
        to_hex(&mac(&self.csrf, &session.0.to_be_bytes()))
    }

    pub fn csrf_holds(&self, session: SessionId, token: &str) -> bool {
        same(&self.csrf(session), token)
    }

    /// Whence a request comes, with the device that was given out as `Login::device`.
    pub fn origin(&self, client: Option<IpAddr>, device: Option<&str>) -> Origin {
        Origin::new(client, device.and_then(|signed| self.device(signed)))
    }

    /// The device under the server's key: nobody else says that they come with it.
    pub fn signed_device(&self, device: &str) -> String {
        let seal = mac(self.devices.as_bytes(), device.as_bytes());
        format!("{device}.{}", to_hex(&seal))
    }

    /// The device that was signed, if it was signed here.
    fn device(&self, signed: &str) -> Option<String> {
        let (device, _) = signed.split_once('.')?;
        same(&self.signed_device(device), signed).then(|| device.to_owned())
    }
}

/// In constant time.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one
            .bytes()
            .zip(other.bytes())
            .fold(0, |all, (a, b)| all | (a ^ b))
            == 0
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    sub: String,
    pub sid: SessionId,
    pub kind: SessionKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    iat: i64,
    exp: i64,
}

/// The credentials a request carries, not yet held against the session row.
#[derive(Debug, Clone, Default)]
pub struct Who {
    pub claims: Option<Claims>,
    /// An API request: wrong credentials are an error instead of a visitor.
    pub api: bool,
    pub origin: Origin,
    /// The server's part of the keyring.
    server: Option<Arc<ServerKeys>>,
    /// What is asked is part of changing a one-time password.
    changing: bool,
}

impl Who {
    pub fn visitor() -> Self {
        Self::default()
    }

    /// A program that does not say who it is.
    pub fn program() -> Self {
        Self {
            api: true,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn from(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Good with a one-time password, too.
    #[must_use]
    pub fn changing(self) -> Self {
        Self {
            changing: true,
            ..self
        }
    }

    /// A program with its Bearer token; one that is not good is an error.
    pub fn by_bearer(keys: &Keys, token: Option<&str>) -> Result<Self> {
        let claims = token
            .and_then(|token| keys.read(token))
            .filter(|claims| claims.kind == SessionKind::Api)
            .ok_or_else(invalid)?;
        Ok(Self {
            claims: Some(claims),
            api: true,
            server: Some(keys.server.clone()),
            ..Self::default()
        })
    }

    /// A browser with its cookie, if it has one; whose is not good is a visitor.
    pub fn by_cookie(keys: &Keys, token: Option<&str>) -> Self {
        Self {
            claims: token
                .and_then(|token| keys.read(token))
                .filter(|claims| claims.kind == SessionKind::Page),
            server: Some(keys.server.clone()),
            ..Self::default()
        }
    }

    /// The account in the credentials; a session that is over still names it.
    pub fn account(&self) -> Option<&str> {
        self.claims.as_ref().map(|claims| claims.sub.as_str())
    }

    pub fn session(&self) -> Option<SessionId> {
        self.claims.as_ref().map(|claims| claims.sid)
    }
}

fn invalid() -> Error {
    Error::Unauthorized(Refusal::new("invalid_token", "登录已失效，请重新登录。"))
}

/// Why somebody with a one-time password does nothing but change it.
pub fn change_first() -> Error {
    Error::Forbidden(
        Refusal::new(CHANGE_FIRST, "您的口令由他人设定，只能用一次。")
            .remedy("请先在“我的账号”改为自己的口令，再办理其他事项。"),
    )
}

/// The code of [`change_first`].
pub const CHANGE_FIRST: &str = "password_change_required";

/// Holds the credentials against the session row and loads the person with all roles: two queries.
pub fn resolve(c: &mut Conn, who: &Who) -> Result<Actor> {
    let Some(claims) = &who.claims else {
        return Ok(Actor::Visitor);
    };
    let now = clock::real_now();
    let found = store::session_with_user(c, claims.sid)?;
    let alive = found.filter(|row| {
        row.revoked_at.is_none()
            && row.expires_at > now
            && row.last_seen_at + Duration::minutes(IDLE_MINUTES) > now
            && !row.person.disabled
            && row.person.user_id.to_string() == claims.sub
    });
    let Some(row) = alive else {
        return if who.api {
            Err(invalid())
        } else {
            Ok(Actor::Visitor)
        };
    };
    if row.one_time && !who.changing {
        return Err(change_first());
    }
    let server = who
        .server
        .clone()
        .ok_or_else(|| anyhow::anyhow!("credentials without the server's keys"))?;
    let keyring = Keyring::of_session(server, claims.key.as_deref(), row.locked_key.as_deref());
    person(c, row.person, keyring, Some((claims.sid, row.one_time)))
}

fn person(
    c: &mut Conn,
    row: PersonRow,
    keyring: Keyring,
    session: Option<(SessionId, bool)>,
) -> Result<Actor> {
    Ok(Actor::Person(Box::new(Person {
        keyring,
        user_id: row.user_id,
        name: row.name,
        organization_id: row.organization_id,
        organization_name: row.organization_name,
        organization_path: row.organization_path,
        committee_id: row.committee_id,
        grants: store::grants(c, row.user_id)?,
        session: session.map(|(id, _)| id),
        one_time: session.is_some_and(|(_, one_time)| one_time),
    })))
}

/// The device that this person comes with: for whoever is logged in the one they logged in with.
pub fn own_device(c: &mut Conn, who: &Who, user: UserId) -> Result<Option<String>> {
    let own = who.account() == Some(user.to_string().as_str());
    if let Some(session) = who.session().filter(|_| own)
        && let Some(device) = store::device_of(c, session)?
    {
        return Ok(Some(device));
    }
    Ok(who.origin.device().map(str::to_owned))
}

/// The credentials a fresh token carries.
pub fn claims_of(keys: &Keys, token: &str) -> Who {
    Who {
        claims: keys.read(token),
        api: true,
        server: Some(keys.server.clone()),
        ..Who::default()
    }
}

/// The same for the pages that follow a login without another request.
pub fn page_claims_of(keys: &Keys, token: &str) -> Who {
    Who {
        api: false,
        ..claims_of(keys, token)
    }
}

/// The person behind an account, without a session: for the command line and for loading a seed.
pub fn act_as(c: &mut Conn, keys: &Keys, username: &str) -> Result<Actor> {
    let row = store::person(c, username)?;
    person(c, row, Keyring::server_only(keys.server.clone()), None)
}
