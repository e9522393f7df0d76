//! What came of a program.

/// What came of a program.
#[derive(Debug)]
pub struct Output {
    pub(crate) what: String,
    /// Its exit status; 128 + N if signal N ended it.
    pub status: i32,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
}

impl Output {
    /// Its error: one line on standard error, and nothing else anywhere.
    #[track_caller]
    pub fn error(&self) -> &str {
        assert_eq!(self.stdout, "", "standard output of {self}");
        assert_eq!(self.stderr.lines().count(), 1, "lines on standard error of {self}");
        self.stderr.trim_end()
    }

    /// Its standard output without the last line's end, such as an id.
    pub fn line(&self) -> &str {
        self.stdout.trim_end_matches('\n')
    }

    /// Its standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self}"))
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, status, stdout, stderr } = self;
        write!(f, "{what}: status {status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}
