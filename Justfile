# What a person does with this repository. `./just` works without just; `./just --list` lists.

# What a build links, as Debian's packages
libraries := "libseccomp-dev libpcap0.8-dev"
# What the tests and the demo call besides
packages := libraries + " busybox-static iproute2 iputils-ping procps uidmap nftables bridge-utils strace tcpdump xxd bsdextrautils"
# Where `cargo build --release` puts the programs
release := "target/" + arch() + "-unknown-linux-gnu/release"

# List the tasks
default:
    @{{ just_executable() }} --justfile {{ justfile() }} --list --unsorted

# Build a container host out of nothing: two containers that ping each other, step by step
demo: deps build
    @tests/demo {{ release }}

# Run all tests, as root: on this kernel, then most in a virtual machine; with arguments, which go to the test runner, only here
test *args: deps
    cargo build --quiet --workspace --bins
    cargo test --quiet --workspace --doc
    @if cargo nextest --version >/dev/null 2>&1; then set -- nextest run; else set -- test --bins --lib --tests; fi; \
        set -x; cargo "$@" --workspace {{ args }}
    @{{ if args == "" { "tests/vm/test --short" } else { "true" } }}

# Run the tests in a virtual machine: Debian's kernel, cgroup v2 alone
vm-test *args: deps
    @tests/vm/test {{ args }}

# Measure against crun and runc, against the bare calls, and netlink-raw against other libraries (`./just bench --quick`)
bench *args: (deps packages "hyperfine crun runc jq time netavark containernetworking-plugins iptables iperf3") build
    @tests/bench {{ release }} {{ args }}
    @tests/bench-library {{ args }}

# Let podman, containerd and docker drive the runtime (`./just clients docker`: one of them)
clients *names="podman containerd docker": (deps "busybox-static iproute2 tini podman conmon netavark catatonit uidmap containerd docker.io iptables containernetworking-plugins jq") build
    @for name in {{ names }}; do tests/clients/$name {{ release }} || exit; done

# Format, lints and documentation, warnings denied
lint: (deps libraries)
    cargo fmt --check
    cargo clippy --quiet --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --quiet --workspace --no-deps

# Check the dependencies' licences and sources (`./just deny advisories` asks the advisory database)
deny *checks="licenses bans sources":
    @command -v cargo-deny >/dev/null || (cd / && cargo install --locked --root "$TOOLS" cargo-deny)
    cargo deny check {{ checks }}

# Build the programs as they are released
build: (deps libraries)
    cargo build --quiet --release --workspace --bins

# Find out again which functions a start uses, and in which order: runtime/hot.ld, which the next build goes by
order: deps build
    cargo build --quiet --package pontoon-tests --bin order --release
    cargo rustc --quiet --release --package pontoon --bin pontoon -- -C link-arg=-Wl,-Map={{ absolute_path(release) }}/pontoon.map
    tests/order {{ release }} {{ release }}/pontoon.map >{{ release }}/hot.ld
    mv {{ release }}/hot.ld runtime/hot.ld

# Remove what was built
clean:
    cargo clean

# Install the packages of Debian that are missing
deps *wanted=packages:
    @tests/deps {{ wanted }}
