#!/bin/sh
# A fleet of four hosts on one machine: each worker has a network namespace with an address of its own, and so have the
# scheduler and this command. While they measure, one host is killed, the network of another is cut for 20 seconds, and
# the scheduler is restarted. The four share one machine, so they measure at once only to be disturbed at once: what they
# measure means nothing for other hosts.
# Needs root, `ip` of iproute2, and gilbench[fleet]. Tried: all of it, on Linux 6.18 with Python 3.11.
#   sh namespaces.sh FOLDER [options of gilbench fleet run]
set -eu
out=$1
shift
python=${PYTHON:-python3}
gate=10.87.0.1
bridge=gbfleet # in the namespace of the scheduler
mark=gilbench-namespaces.sh-process # stands at the bridge, with the number of our process
hosts="alpha beta gamma delta"
mkdir -p "$out"
out=$(cd "$out" && pwd)
export GILBENCH_FLEET_DIR="$out/stations"

say() { printf '%s %s\n' "$(date -u +%H:%M:%S)" "$*" >&2; }

start_scheduler() {
  ip netns exec gbgate "$python" -m distributed.cli.dask_scheduler --host "$gate" --port 8786 --no-dashboard \
    >>"$out/scheduler.log" 2>&1 &
  scheduler=$!
}

start_worker() { # in the namespace of a host
  ip netns exec "gb$1" "$python" -m gilbench fleet worker "tcp://$gate:8786" --name "$1" >>"$out/$1.log" 2>&1 &
}

kill_all() { # in the namespace of a host: kill_all HOST SIGNAL
  for pid in $(ip netns pids "gb$1" 2>/dev/null); do kill "-$2" "$pid" 2>/dev/null || true; done
}

clean() {
  for host in $hosts gate; do kill_all "$host" TERM; done
  sleep 1
  for host in $hosts gate; do
    kill_all "$host" KILL
    ip netns del "gb$host" 2>/dev/null || true
  done
}

begun() { # wait until a host has measured something: begun HOST
  until [ -s "$(echo "$out"/2*/hosts/"$1"/rounds.jsonl)" ]; do
    kill -0 "$fleet" 2>/dev/null || return 1
    sleep 0.2
  done
}

maker=$(ip -n gbgate link show "$bridge" 2>/dev/null | sed -n "s/.*alias $mark-//p")
if [ -n "$maker" ]; then
  if grep -q namespaces.sh "/proc/$maker/cmdline" 2>/dev/null; then
    say "process $maker measures such a fleet already; wait until it ends"
    exit 2
  fi
  say "remove what process $maker left behind when it was killed"
  clean
fi
for host in $hosts gate; do
  if [ -e "/run/netns/gb$host" ]; then
    say "there is a network namespace gb$host, which is not known to be of this script; ip netns del gb$host removes it"
    exit 2
  fi
done

trap clean EXIT
trap 'exit 130' INT TERM
ip netns add gbgate
ip -n gbgate link add "$bridge" type bridge
ip -n gbgate link set "$bridge" alias "$mark-$$"
ip -n gbgate addr add "$gate/24" dev "$bridge"
ip -n gbgate link set "$bridge" up
ip -n gbgate link set lo up
number=2
for host in $hosts; do
  ip netns add "gb$host"
  ip -n gbgate link add "v$host" type veth peer name eth0 netns "gb$host"
  ip -n gbgate link set "v$host" master "$bridge" up
  ip -n "gb$host" link set lo up
  ip -n "gb$host" addr add "10.87.0.$number/24" dev eth0
  ip -n "gb$host" link set eth0 up
  number=$((number + 1))
done

start_scheduler
for host in $hosts; do start_worker "$host"; done
ip netns exec gbgate "$python" -m gilbench fleet run --scheduler "tcp://$gate:8786" --hosts 4 --at-once --out "$out" "$@" &
fleet=$!

if [ -z "${UNDISTURBED:-}" ]; then
  begun beta
  say "kill the worker of beta, its supervisor and its run"
  kill_all beta KILL
  sleep 5
  start_worker beta
  begun gamma
  say "cut the network of gamma for 20 seconds"
  ip -n gbgate link set vgamma down
  sleep 20
  ip -n gbgate link set vgamma up
  say "gamma has its network again"
  begun delta
  say "restart the scheduler"
  kill -9 "$scheduler"
  sleep 3
  start_scheduler
fi
wait "$fleet"
