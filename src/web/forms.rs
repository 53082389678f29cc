//! What a form sends: typed like a JSON body, with every typed word kept for showing it again.

mod words;

use std::collections::BTreeMap;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::call::Asked;
use super::credentials::read_credentials;
use super::once;
use super::site::own_site;
use super::{App, call};
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::session::Who;

pub(super) use words::sound_names;
pub use words::{parse_pairs, read_instant, values_of};

/// Field name to what was typed. A checked box of a group is also there as `name=value`.
pub type Values = BTreeMap<String, String>;

/// A submitted form. `input` is what it means, or what is wrong with it; `values` is what was typed.
pub struct Form<T> {
    pub who: Who,
    /// What it may come again as.
    pub once: Asked,
    pub values: Values,
    pub input: Result<T, FieldErrors>,
}

impl<T: Clone> Form<T> {
    pub fn input(&self) -> Result<T> {
        self.input.clone().map_err(Error::Invalid)
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kept = Kept::from_request(req, payload);
        Box::pin(async move {
            let kept = kept.await?.fresh()?;
            kept.form_without(&[])
        })
    }
}

/// A form whose words outlive its session: where a plain [`Form`] is refused because its token is another session's,
/// this one says so and keeps what was typed.
pub struct Kept {
    pub who: Who,
    /// The token is not this session's: nothing may be done with the form but show it again.
    pub stale: bool,
    /// What it may come again as.
    pub once: Asked,
    /// What was typed, without the token and the key.
    pub pairs: Vec<(String, String)>,
}

impl Kept {
    /// What was kept, sent again by somebody whose session holds.
    pub fn again(who: Who, body: &str) -> Self {
        Self {
            who,
            stale: false,
            once: Asked::default(),
            pairs: pairs(body.as_bytes()),
        }
    }

    /// Refused where its token is not this session's.
    pub fn fresh(self) -> Result<Self> {
        if self.stale {
            return Err(stale_form());
        }
        Ok(self)
    }

    /// What was typed, as it was sent.
    pub fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }

    /// A field that stands beside what the form means.
    pub fn beside(&self, name: &str) -> Option<&str> {
        let named = self.pairs.iter().find(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// What the form means without these fields; they stay among the values.
    pub fn form_without<T: DeserializeOwned + Validate>(self, beside: &[&str]) -> Result<Form<T>> {
        let values = values(&self.pairs);
        let mut pairs = self.pairs;
        pairs.retain(|(name, _)| !beside.contains(&name.as_str()));
        let input = match parse_pairs(&pairs) {
            Ok(input) => Ok(input),
            Err(Error::Invalid(fields)) => Err(fields),
            Err(other) => return Err(other),
        };
        Ok(Form {
            who: self.who,
            once: self.once,
            values,
            input,
        })
    }
}

impl FromRequest for Kept {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let who = read_credentials(&req)?;
            let body = call::read_body(&mut payload).await?;
            let mut pairs = pairs(&body);
            sound_names(&pairs)?;
            own_site(&req)?;
            let token = taken(&mut pairs, "csrf");
            let stale = !token_holds(&req, &who, token.as_deref());
            let key = taken(&mut pairs, once::FIELD);
            let once = Asked::by_form(&req, key, &pairs);
            Ok(Self {
                who,
                stale,
                once,
                pairs,
            })
        })
    }
}

/// A form must come from this site, and of somebody logged in carry the session's token.
pub fn check_csrf(req: &HttpRequest, who: &Who, token: Option<&str>) -> Result<()> {
    own_site(req)?;
    match token_holds(req, who, token) {
        true => Ok(()),
        false => Err(stale_form()),
    }
}

fn token_holds(req: &HttpRequest, who: &Who, token: Option<&str>) -> bool {
    match (who.session(), req.app_data::<Data<App>>()) {
        (Some(session), Some(app)) => app.keys().csrf_holds(session, token.unwrap_or_default()),
        (None, _) => true,
        (Some(_), None) => false,
    }
}

fn stale_form() -> Error {
    Error::Forbidden(
        Refusal::new("csrf", "页面已过期，您的操作没有执行。")
            .remedy("请返回上一页刷新后重试，已填写的内容请先复制保存。"),
    )
}

/// Takes a field out of what was sent, however often it stands there; the first is its value.
pub(super) fn taken(pairs: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let value = pairs
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.clone());
    pairs.retain(|(known, _)| known != name);
    value
}

/// Decoded name/value pairs in the order they came.
pub fn pairs(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n")))
        .collect()
}

/// What was typed, for showing it again.
pub fn values(pairs: &[(String, String)]) -> Values {
    let mut values = Values::new();
    for (name, value) in pairs {
        values.insert(format!("{name}={value}"), "1".to_owned());
        values.insert(name.clone(), value.clone());
    }
    values
}
