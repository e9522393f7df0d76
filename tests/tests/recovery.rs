//! Ended at any moment, Pontoon leaves nothing; or the next command takes it away.

use nix::sys::signal::Signal;
use pontoon_tests::Host;

#[test]
fn ctrl_c_at_any_moment_leaves_nothing() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    // The moments are spread over a start by what the program has had time to do; the spread is the test.
    for microseconds in (0..30_000).step_by(1_500) {
        let begun = std::time::Instant::now();
        let running = host.pontoon(&["run", "--rm", "--net=bridge", bundle.path(), "sleep", "1000"]).spawn();
        while begun.elapsed().as_micros() < microseconds {
            std::hint::spin_loop();
        }
        running.signal(Signal::SIGINT);
        // Process 1 of a container ignores it, as it has no handler: then it is there to be killed.
        host.wait_for("an end, or a container", || {
            !host.pontoon(&["ps", "-q"]).ok().stdout.is_empty() || running.ended()
        });
        host.sh("pontoon ps -q | xargs -r pontoon kill -s KILL").run();
        assert_ne!(running.wait().status, 0);
    }
    host.finish();
}
#[test]
fn killed_at_any_moment_the_next_command_takes_it_away() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    for microseconds in (0..20_000).step_by(1_000) {
        let begun = std::time::Instant::now();
        let running = host.pontoon(&["run", "--rm", "--net=bridge", bundle.path(), "sleep", "0.01"]).spawn();
        while begun.elapsed().as_micros() < microseconds {
            std::hint::spin_loop();
        }
        running.signal(Signal::SIGKILL);
        // The container, if there is one, goes on to its end, with the output in its hands.
        running.wait();
        // A process that ends closes its files first, and is gone a moment later.
        let nothing = || host.pontoon(&["ps", "-a", "-q"]).ok().stdout.is_empty();
        host.wait_for(&format!("no container, killed after {microseconds} µs"), nothing);
    }
    host.finish();
}

#[test]
fn a_container_outlives_its_killed_keeper_and_can_be_ended() {
    let host = Host::new().bridge_may_stay();
    let bundle = host.bundle();
    let running = host.start("orphan", &["--net=bridge"], &bundle, "");
    running.running().signal(Signal::SIGKILL);
    assert!(host.pontoon(&["ps"]).ok().stdout.contains("orphan"));
    host.pontoon(&["rm", "-f", "orphan"]).ok();
    drop(running);
    host.finish();
}
