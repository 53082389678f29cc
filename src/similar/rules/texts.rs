//! Texts as branches write them, by a seed: for tests and measurements.
//!
//! Words of a made-up language of Chinese characters come by Zipf's law, half of them in set phrases; a bid has words of
//! its own subject, sentences of the form that a third of all use, and sentences that go round in its department.

/// Numbers by a seed: the same at every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    pub fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides.max(1) as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Rank 0 to below `sides`, each as likely as one over its rank.
    fn zipf(&mut self, sides: usize) -> usize {
        (((sides as f64).powf(self.unit()) - 1.0) as usize).min(sides.saturating_sub(1))
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for nth in (1..list.len()).rev() {
            let other = self.roll(nth + 1);
            list.swap(nth, other);
        }
    }
}

pub type Text = Vec<String>;

/// Words, phrases, and what is copied from forms.
pub struct Language {
    words: Vec<String>,
    phrases: Vec<String>,
    form: Vec<String>,
    departments: Vec<Vec<String>>,
}

fn pick(from: &[String], at: usize) -> &str {
    from.get(at).map_or("", String::as_str)
}

impl Language {
    pub fn new(seed: u64, departments: usize) -> Self {
        let mut dice = Dice(seed);
        let words: Vec<String> = (0..30_000)
            .map(|_| {
                let length = [2, 2, 2, 2, 2, 2, 3, 3, 4, 4]
                    .get(dice.roll(10))
                    .copied()
                    .unwrap_or(2);
                (0..length)
                    .filter_map(|_| char::from_u32(0x4e00 + dice.zipf(3000) as u32 * 6))
                    .collect()
            })
            .collect();
        let phrases = (0..20_000)
            .map(|_| {
                (0..2 + dice.roll(3))
                    .map(|_| pick(&words, dice.zipf(words.len())))
                    .collect()
            })
            .collect();
        let mut language = Self {
            words,
            phrases,
            form: Vec::new(),
            departments: Vec::new(),
        };
        language.form = (0..12).map(|_| language.sentence(&mut dice, &[])).collect();
        language.departments = (0..departments)
            .map(|_| (0..10).map(|_| language.sentence(&mut dice, &[])).collect())
            .collect();
        language
    }

    fn sentence(&self, dice: &mut Dice, subject: &[usize]) -> String {
        let mut text = String::new();
        for nth in 0..4 + dice.roll(5) {
            if nth == 3 {
                text.push('，');
            }
            match dice.roll(20) {
                0..5 if !subject.is_empty() => {
                    let word = subject.get(dice.roll(subject.len())).copied();
                    text.push_str(pick(&self.words, word.unwrap_or(0)));
                }
                0..13 => text.push_str(pick(&self.phrases, dice.zipf(self.phrases.len()))),
                13 => text.push_str(&dice.roll(200).to_string()),
                _ => text.push_str(pick(&self.words, dice.zipf(self.words.len()))),
            }
        }
        text.push('。');
        text
    }

    /// A bid of some hundred to two thousand characters.
    pub fn bid(&self, dice: &mut Dice, department: usize) -> Text {
        let subject: Vec<usize> = (0..40).map(|_| dice.roll(self.words.len())).collect();
        let count = 20 + dice.roll(80);
        let mut text: Text = (0..count).map(|_| self.sentence(dice, &subject)).collect();
        for sentence in &self.form {
            if dice.roll(3) == 0 {
                text.push(sentence.clone());
            }
        }
        for _ in 0..2 {
            let sentences = self.departments.get(department).map(Vec::as_slice);
            let sentences = sentences.unwrap_or_default();
            text.extend(sentences.get(dice.roll(sentences.len())).cloned());
        }
        dice.shuffle(&mut text);
        text
    }

    /// A copy that keeps so many per cent of the sentences, in another order and with other punctuation.
    pub fn copy(&self, dice: &mut Dice, of: &[String], percent: usize) -> Text {
        let subject: Vec<usize> = (0..40).map(|_| dice.roll(self.words.len())).collect();
        let kept = (of.len() * percent).div_ceil(100);
        let mut text = of.to_vec();
        dice.shuffle(&mut text);
        text.truncate(kept);
        for line in &mut text {
            *line = line.replace('，', ",").replace('。', ". ");
        }
        while text.len() < of.len() {
            text.push(self.sentence(dice, &subject));
        }
        dice.shuffle(&mut text);
        text
    }
}
