//! What hands do: press, type, tap, choose.

use super::*;

impl Tab<'_> {
    /// Picks the so manieth real choice of a select.
    #[track_caller]
    pub fn choose(&self, name: &str, nth: usize) {
        let value = self.run(
            "const field = [...document.getElementsByName(arguments[0])].find(f => f.tagName === 'SELECT');
            return field ? [...field.options].map(o => o.value).filter(v => v)[arguments[1]] || '' : ''",
            vec![json!(name), json!(nth)],
        );
        let value = value.as_str().unwrap_or_default().to_owned();
        assert!(
            !value.is_empty(),
            "{name} has no choice {nth} at {}",
            self.place()
        );
        self.fill(name, &value);
    }

    /// Presses the button of the form that goes to this address.
    #[track_caller]
    pub fn submit(&self, action_ends_with: &str) {
        self.away_by(|| {
            let element = self.element(&format!(
                "//main//form[substring(@action, string-length(@action) - string-length('{action_ends_with}') + 1) = '{action_ends_with}']//button[not(@type='button')][last()]"
            ));
            self.runtime
                .block_on(element.click())
                .unwrap_or_else(|error| panic!("{action_ends_with}: {error}"));
        });
    }

    /// Presses what leads to another page, and waits for that.
    #[track_caller]
    pub fn follow(&self, text: &str) {
        self.away_by(|| self.press(text));
    }

    /// Presses the page's main button.
    #[track_caller]
    pub fn submit_main(&self) {
        self.away_by(|| {
            let element = self.element("(//main//*[contains(@class, 'actionbar')]//button[contains(@class, 'btn')])[last()]");
            self.runtime
                .block_on(element.click())
                .unwrap_or_else(|error| panic!("the main button: {error}"));
        });
    }

    /// Types into whatever has the focus.
    pub fn type_in(&self, text: &str) {
        let focused = self.runtime.block_on(self.client.active_element()).unwrap();
        self.runtime.block_on(focused.send_keys(text)).unwrap();
    }

    pub fn keys(&self, keys: &[Key]) {
        let text: String = keys.iter().map(|key| key.code()).collect();
        self.type_in(&text);
    }

    pub fn keys_with_control(&self, key: Key) {
        self.type_in(&format!("{CONTROL}{}", key.code()));
    }

    /// A phone: 390 px and fingers instead of a mouse.
    pub fn touch_screen(&self) {
        self.size(390, 844);
        self.chromium(
            "Emulation.setTouchEmulationEnabled",
            json!({ "enabled": true, "maxTouchPoints": 1 }),
        );
    }

    /// Taps the middle of an element with a finger.
    #[track_caller]
    pub fn tap(&self, selector: &str) {
        let at = self.run(
            "const e = document.querySelector(arguments[0]);
            if (!e) return null;
            e.scrollIntoView({ block: 'center', behavior: 'instant' });
            const r = e.getBoundingClientRect();
            return [r.left + r.width / 2, r.top + r.height / 2]",
            vec![json!(selector)],
        );
        assert!(at.is_array(), "nothing at {} is {selector}", self.place());
        let finger = json!([{ "x": at[0], "y": at[1] }]);
        self.chromium(
            "Input.dispatchTouchEvent",
            json!({ "type": "touchStart", "touchPoints": finger }),
        );
        self.chromium(
            "Input.dispatchTouchEvent",
            json!({ "type": "touchEnd", "touchPoints": [] }),
        );
        // The browser tells a tap from a double one before it acts.
        std::thread::sleep(Duration::from_millis(400));
    }

    /// A file into the field `file`.
    pub fn attach(&self, path: &std::path::Path) {
        let field = self
            .runtime
            .block_on(
                self.client
                    .find(Locator::Css("input[type=file][name=file]")),
            )
            .unwrap();
        self.runtime
            .block_on(field.send_keys(&path.to_string_lossy()))
            .unwrap();
    }

    /// Presses the button, or follows the link, or opens the fold with this text.
    #[track_caller]
    pub fn press(&self, text: &str) {
        // What a page is about comes before its frame.
        let here = format!(
            "return [...document.querySelectorAll('main button, main a, main summary')].some(e => e.innerText.includes({}))",
            json!(text)
        );
        let main = if self.run(&here, Vec::new()) == true {
            "//main"
        } else {
            "(//header|//div[@class='demo'])"
        };
        let named = format!("contains(normalize-space(.), '{text}')");
        let exact = format!("normalize-space(.)='{text}'");
        let element = self.element(&format!(
            "{main}//button[{exact}] | {main}//a[{exact}] | {main}//summary[{exact}] | {main}//button[{named}] | {main}//a[{named}] | {main}//summary[{named}]"
        ));
        self.runtime
            .block_on(element.click())
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    /// Types into the field of this name; dates and numbers are set as the browser's pickers would.
    #[track_caller]
    pub fn fill(&self, name: &str, value: &str) {
        let script = "const field = [...document.getElementsByName(arguments[0])].find(f => f.type !== 'hidden');
            if (!field) return 'missing';
            for (let at = field; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
            if (field.type === 'radio' || field.type === 'checkbox') {
              const one = [...document.getElementsByName(arguments[0])].find(f => f.value === arguments[1]);
              if (!one) return 'no such choice';
              one.click();
              return 'ok';
            }
            field.focus();
            field.value = arguments[1];
            if (field.value !== arguments[1]) return 'not taken: ' + field.value;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }));
            return 'ok';";
        let done = self.run(script, vec![json!(name), json!(value)]);
        if done != "ok" {
            self.shot("failed");
            panic!("{name} at {}: {done}\n{}", self.place(), self.text());
        }
    }
}
