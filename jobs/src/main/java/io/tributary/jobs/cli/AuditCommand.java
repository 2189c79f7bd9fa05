package io.tributary.jobs.cli;
