//! Pontoon: a container runtime of raw system calls that does its own networking.
