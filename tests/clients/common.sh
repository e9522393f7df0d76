# common.sh: what the tests of the clients share. Each sources it first, with its own arguments: it starts again in
# a machine of its own (`apart`), and so stops and removes everything by ending.
#
# RUNTIME names the runtime to test: a path, or a program such as runc; pontoon where it is not set.
# shellcheck shell=sh disable=SC2034 # variables of those that source this
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ "${APART-}" != "$0" ]; then
    [ $# -ge 1 ] || { echo "usage: [RUNTIME=PROGRAM] $0 DIR [GROUP]..., where DIR has pontoon and rootfs" >&2; exit 2; }
    programs=$(cd "$1" && pwd)
    shift
    exec env APART="$0" "$here/apart" "$0" "$programs" "$@"
fi
# The distribution's own programs.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
programs=$1
shift
wanted_groups=$*
client=${0##*/}
runtime=$(command -v "${RUNTIME:-$programs/pontoon}") || { echo "$client: no runtime ${RUNTIME-}" >&2; exit 1; }
case $runtime in /*) ;; *) runtime=$PWD/$runtime ;; esac
runtime_name=${runtime##*/}

place=/run/clients
mkdir "$place"
mkfifo "$place/keyboard"
# conmon leaves a file where it was started.
cd "$place"
# The runtime as the client finds it: it notes how it is called, and becomes the runtime.
calls=$place/calls
mkdir "$place/bin"
wrapper=$place/bin/$runtime_name
cat >"$wrapper" <<WRAPPER
#!/bin/sh
echo "$runtime_name \$*" >>$calls
${RECORD:+. $RECORD
}exec $runtime "\$@"
WRAPPER
chmod 755 "$wrapper"
: >"$calls"

# A failure: what was wanted, what came, how the runtime was called last, and what the daemons said.
fail() {
    {
        echo "FAILED: $client with $runtime_name: $*"
        printf -- '-- status %s, output:\n%s\n' "$status" "$output"
        echo "-- the last calls of the runtime:"
        tail -n 8 "$calls"
        for log in "$place"/*.log; do
            [ -s "$log" ] || continue
            echo "-- $log:"
            grep -v ' level=info ' "$log" | tail -n 12
        done
    } >&2
    exit 1
}

# limited COMMAND...: run a command, but a function of this file, at most for a while
limited() {
    timeout --kill-after=5 "${PATIENCE:-30}" "$@"
}

# call COMMAND...: run a command; its output and its status are `output` and `status`.
output='' status=0
call() {
    status=0
    # By way of a file: whoever keeps a pipe open would keep this waiting.
    case $(command -v "$1") in
    /*) limited "$@" >"$place/output" 2>&1 </dev/null || status=$? ;;
    *) "$@" >"$place/output" 2>&1 </dev/null || status=$? ;;
    esac
    output=$(tr -d '\r\0' <"$place/output")
}

# matches PATTERN: a line of the last output matches an extended regular expression
matches() {
    printf '%s\n' "$output" | grep -Eq -e "$1"
}

# expect STATUS PATTERN COMMAND...: the command ends with the status, and a line of what it says matches
expect() {
    wanted=$1 pattern=$2
    shift 2
    call "$@"
    [ "$status" = "$wanted" ] || fail "wanted status $wanted: $*"
    matches "$pattern" || fail "wanted output that matches $pattern: $*"
}

# eventually PATTERN COMMAND...: a line of what the command says matches, now or soon
eventually() {
    pattern=$1
    shift
    deadline=$(($(date +%s) + 20))
    while call "$@" && ! { [ "$status" = 0 ] && matches "$pattern"; }; do
        [ "$(date +%s)" -lt $deadline ] || fail "waited in vain for output that matches $pattern: $*"
        sleep 0.1
    done
}

# on_tty COMMAND...: run a command on a terminal of its own, 30 rows of 100 columns
on_tty() {
    line='stty rows 30 cols 100;'
    for word; do line="$line '$(printf '%s' "$word" | sed "s/'/'\\\\''/g")'"; done
    # Nobody types, and the input does not end: its end would be typed, and echoed.
    limited script -qec "$line" /dev/null <>"$place/keyboard"
}

# What tells, inside, the size of the terminal: the clients set it while the program runs already.
sized='until stty size 2>/dev/null | grep -v "^0 0"; do :; done'

# ok TEXT: a group of assertions held
ok() {
    echo "ok: $client: $*"
}

# groups NAME...: make the groups of assertions, each a function, or only those that were asked for
groups() {
    for group in ${wanted_groups:-"$@"}; do "$group"; done
}

# start_daemon NAME COMMAND...: run a daemon in the background; its log is NAME.log
start_daemon() {
    daemon=$1
    shift
    "$@" >"$place/$daemon.log" 2>&1 </dev/null &
}

# make_image NAME: an image of busybox as an archive, such as `docker save` writes, in $place/image.tar
make_image() {
    "$programs/rootfs" busybox "$place/bundle" >/dev/null
    root=$place/bundle/rootfs
    echo 'not a program' >"$root/plain"
    echo 'user:x:1000:1000::/home:/bin/sh' >>"$root/etc/passwd"
    echo 'user:x:1000:' >>"$root/etc/group"
    mkdir "$place/image"
    tar -C "$root" -cf "$place/image/layer.tar" .
    sum=$(sha256sum <"$place/image/layer.tar")
    cat >"$place/image/config.json" <<CONFIG
{"architecture": "amd64", "os": "linux",
 "config": {"Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "FROM=image"], "Cmd": ["sh"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:${sum%% *}"]}}
CONFIG
    echo "[{\"Config\": \"config.json\", \"RepoTags\": [\"$1\"], \"Layers\": [\"layer.tar\"]}]" \
        >"$place/image/manifest.json"
    tar -C "$place/image" -cf "$place/image.tar" .
    rm -r "$place/image"
}

# storage DRIVER FALLBACK: the name of the storage driver that works here
storage() {
    mkdir -p "$place/try/lower" "$place/try/upper" "$place/try/work" "$place/try/on"
    if mount -t overlay -o "lowerdir=$place/try/lower,upperdir=$place/try/upper,workdir=$place/try/work" \
        overlay "$place/try/on" 2>/dev/null; then
        umount "$place/try/on"
        echo "$1"
    else
        echo "$2"
    fi
}

# cgroup_of PID CONTROLLER: the directory of a process' cgroup
cgroup_of() {
    case $APART_CGROUP in
    2) echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")" ;;
    *) echo "/sys/fs/cgroup/$2$(sed -n "s/^[0-9]*:$2://p" "/proc/$1/cgroup")" ;;
    esac
}

# frozen PID: whether the process' cgroup is frozen, as the kernel has it
frozen() {
    case $APART_CGROUP in
    2) state=$(sed -n 's/^frozen //p' "$(cgroup_of "$1" freezer)/cgroup.events") ;;
    *) state=$(cat "$(cgroup_of "$1" freezer)/freezer.state") ;;
    esac
    case $state in 1 | FROZEN) echo frozen ;; 0 | THAWED) echo thawed ;; *) echo "$state" ;; esac
}

# limits_of PID: bytes of memory, number of processes, microseconds of each 100 ms, processors
limits_of() {
    case $APART_CGROUP in
    2) files='memory.max pids.max cpu.max cpuset.cpus' ;;
    *) files='memory.limit_in_bytes pids.max cpu.cfs_quota_us cpuset.cpus' ;;
    esac
    for file in $files; do
        read -r value _ <"$(cgroup_of "$1" "${file%%.*}")/$file"
        printf '%s ' "$value"
    done | sed 's/ $/\n/'
}

# own NAMESPACE: the name of this script's own namespace, as a pattern
own() {
    readlink "/proc/self/ns/$1" | sed 's/[][]/./g'
}

# no_mkdir: the path of a seccomp profile that forbids to make directories
no_mkdir() {
    echo '{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
        "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}' >"$place/no-mkdir.json"
    echo "$place/no-mkdir.json"
}

# all_capabilities: whether this script has every capability that the kernel knows
all_capabilities() {
    mask=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
    [ $((0x$mask)) = $(((2 << $(cat /proc/sys/kernel/cap_last_cap)) - 1)) ]
}

# mounts_below PATH: what is mounted at paths that begin so
mounts_below() {
    awk -v path="$1" 'index($2, path) == 1' /proc/mounts
}
