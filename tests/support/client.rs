//! Blocking HTTP clients: a program with a Bearer token, and a browser with cookies and forms.

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    pub call: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// Null unless the body is JSON.
    pub json: Value,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// Goes on if the status is the one; shows the body if not.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(
            self.status,
            status,
            "{} answered {}:\n{}",
            self.call,
            self.status,
            self.text.chars().take(4000).collect::<String>()
        );
        self
    }

    /// Goes on if it was done, whichever way that is said; shows the body if not.
    #[track_caller]
    pub fn done(self) -> Self {
        let status = if (200..300).contains(&self.status) {
            self.status
        } else {
            200
        };
        self.expect(status)
    }

    /// A refusal: status and stable code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let answer = self.expect(status);
        assert_eq!(
            answer.json["code"], code,
            "{}: {}",
            answer.call, answer.text
        );
        answer
    }

    /// 422 that names this field.
    #[track_caller]
    pub fn invalid(self, field: &str) -> Self {
        let answer = self.expect(422);
        assert!(
            answer.json["fields"][field].is_array(),
            "{} does not name {field}: {}",
            answer.call,
            answer.text
        );
        answer
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// `id` of the JSON body.
    #[track_caller]
    pub fn id(&self) -> i64 {
        self.json["id"]
            .as_i64()
            .unwrap_or_else(|| panic!("{}: no id in {}", self.call, self.text))
    }

    /// The version in the ETag `"v7"`.
    #[track_caller]
    pub fn version(&self) -> i64 {
        self.header("etag")
            .trim_start_matches("\"v")
            .trim_end_matches('"')
            .parse()
            .unwrap_or_else(|_| panic!("{}: no version in its ETag", self.call))
    }

    pub fn items(&self) -> &[Value] {
        self.json["items"].as_array().map_or(&[], Vec::as_slice)
    }

    #[track_caller]
    pub fn contains(self, text: &str) -> Self {
        assert!(
            self.text.contains(text),
            "{} does not say {text:?}:\n{}",
            self.call,
            self.text
        );
        self
    }

    #[track_caller]
    pub fn lacks(self, text: &str) -> Self {
        assert!(
            !self.text.contains(text),
            "{} must not say {text:?}",
            self.call
        );
        self
    }
}

fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        // Filled with zeros byte by byte in a debug build, for each connection.
        .input_buffer_size(16 * 1024)
        .output_buffer_size(16 * 1024)
        .build()
        .into()
}

fn send(agent: &Agent, request: Request<Vec<u8>>) -> Answer {
    try_send(agent, request).unwrap_or_else(|error| panic!("{error}"))
}

/// The answer, or what kept it from coming.
fn try_send(agent: &Agent, request: Request<Vec<u8>>) -> Result<Answer, String> {
    let call = format!("{} {}", request.method(), request.uri());
    let sent = if request.body().is_empty() {
        agent.run(request.map(|_| ()))
    } else {
        agent.run(request)
    };
    let mut response = sent.map_err(|error| format!("{call}: {error}"))?;
    let bytes = response
        .body_mut()
        .with_config()
        .limit(64 * 1024 * 1024)
        .read_to_vec()
        .map_err(|error| format!("{call}: {error}"))?;
    Ok(Answer {
        call,
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        json: serde_json::from_slice(&bytes).unwrap_or_default(),
        text: String::from_utf8_lossy(&bytes).into_owned(),
        bytes,
    })
}

/// A program: a Bearer token or none.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    url: String,
    token: Option<String>,
}

impl Client {
    pub fn new(url: &str, token: Option<String>) -> Self {
        Self {
            agent: agent(),
            url: url.to_owned(),
            token,
        }
    }

    /// Any method, headers and bytes.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.agent, request.body(body.to_vec()).unwrap())
    }

    fn json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![("Content-Type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, body.to_string().as_bytes())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[])
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, &[], &body)
    }

    /// A POST that may be repeated.
    pub fn post_once(&self, path: &str, key: &str, body: Value) -> Answer {
        self.json("POST", path, &[("Idempotency-Key", key)], &body)
    }

    /// An edit of this version.
    pub fn put(&self, path: &str, version: i64, body: Value) -> Answer {
        let tag = format!("\"v{version}\"");
        self.json("PUT", path, &[("If-Match", &tag)], &body)
    }

    /// The same to a service that may be gone: None if no answer came.
    pub fn try_put(&self, path: &str, version: i64, body: Value) -> Option<Answer> {
        self.attempt("PUT", path, ("If-Match", &format!("\"v{version}\"")), body)
    }

    pub fn try_post_once(&self, path: &str, key: &str, body: Value) -> Option<Answer> {
        self.attempt("POST", path, ("Idempotency-Key", key), body)
    }

    fn attempt(
        &self,
        method: &str,
        path: &str,
        (name, value): (&str, &str),
        body: Value,
    ) -> Option<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Content-Type", "application/json")
            .header(name, value);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let body = body.to_string().into_bytes();
        try_send(&self.agent, request.body(body).unwrap()).ok()
    }

    pub fn patch(&self, path: &str, version: i64, body: Value) -> Answer {
        let tag = format!("\"v{version}\"");
        self.json("PATCH", path, &[("If-Match", &tag)], &body)
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], &[])
    }

    /// One file as multipart/form-data.
    pub fn upload(&self, path: &str, name: &str, media_type: &str, bytes: &[u8]) -> Answer {
        let (kind, body) = multipart(&[], name, media_type, bytes);
        self.send("POST", path, &[("Content-Type", &kind)], &body)
    }
}

/// Fields and one file as multipart/form-data: content type and body.
pub fn multipart(
    fields: &[(&str, &str)],
    name: &str,
    media_type: &str,
    bytes: &[u8],
) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "----biaogan-test-boundary";
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            )
            .as_bytes(),
        );
    }
    body.extend_from_slice(
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
        )
        .as_bytes(),
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// A browser: keeps cookies, follows nothing by itself.
pub struct Browser {
    agent: Agent,
    url: String,
    /// Sent with every call, whatever the service says of it.
    fixed: Option<String>,
}

impl Browser {
    pub fn new(url: &str) -> Self {
        Self {
            agent: agent(),
            url: url.to_owned(),
            fixed: None,
        }
    }

    /// One that came with this cookie.
    pub fn known(url: &str, cookie: &str) -> Self {
        Self {
            fixed: Some(cookie.to_owned()),
            ..Self::new(url)
        }
    }

    /// The cookies it has been given.
    pub fn cookies(&self) -> String {
        let jar = self.agent.cookie_jar_lock();
        let kept = jar
            .iter()
            .map(|one| format!("{}={}", one.name(), one.value()));
        kept.collect::<Vec<_>>().join("; ")
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Accept", "text/html,*/*;q=0.8");
        if let Some(cookie) = &self.fixed {
            request = request.header("Cookie", cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.agent, request.body(body.to_vec()).unwrap())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], &[])
    }

    /// A form as it is, without the token of a page.
    pub fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        self.send(
            "POST",
            path,
            &[("Content-Type", "application/x-www-form-urlencoded")],
            body.finish().as_bytes(),
        )
    }

    /// The CSRF token of any page that has a form.
    #[track_caller]
    pub fn csrf(&self, page: &str) -> String {
        let shown = self.get(page);
        csrf_of(&shown.text).unwrap_or_else(|| panic!("no form on {page}:\n{}", shown.text))
    }

    /// Opens `page`, fills its form in and posts it to `action`.
    #[track_caller]
    pub fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf(page);
        let mut all = vec![("csrf", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(action, &all)
    }

    /// Goes where a redirect leads.
    pub fn follow(&self, answer: &Answer) -> Answer {
        self.get(answer.header("location"))
    }
}

/// The value of the first hidden `csrf` input.
pub fn csrf_of(html: &str) -> Option<String> {
    let input = html
        .split("<input")
        .find(|input| input.contains("name=\"csrf\"") && input.contains("value=\""))?;
    let (_, rest) = input.split_once("value=\"")?;
    rest.split('"').next().map(str::to_owned)
}
