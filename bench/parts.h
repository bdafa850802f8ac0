#pragma once

#include "settings.h"

// The parts of the benchmark, one table or a few each. All block.
namespace keepline::bench {

void sends(const Settings& settings);
void deliveries(const Settings& settings);
void starts(const Settings& settings);
void memory(const Settings& settings);
void tls(const Settings& settings);
void fanout(const Settings& settings);
void flood(const Settings& settings);
void requests(const Settings& settings);
void pairs(const Settings& settings);
void fairness(const Settings& settings);
void idle(const Settings& settings);
void reconnect(const Settings& settings);
void growth(const Settings& settings);
void history(const Settings& settings);

}  // namespace keepline::bench
