// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Run a fuzz target on its seeds, then on mutations of them: always the same sequence, cut after 3 seconds or
// $WEIGHTSMITH_FUZZ_SECONDS. When a target crashes, the number of the input is told; `--dump N FILE` writes that input.
//
// usage: fuzz_NAME [--dump N FILE] SEED_FOLDER…
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, std::size_t size);
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {
constexpr long mostInputs = 200'000'000;
constexpr std::size_t largestInput = 1 << 20;

volatile long current = 0;

void tellCurrent()
{
    char text[64];
    const int size = std::snprintf(text, sizeof(text), "died on input %ld\n", current);
    if (::write(STDERR_FILENO, text, std::size_t(size)) < 0)
        return;
}

void die(int signal)
{
    tellCurrent();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

std::vector<std::string> readSeeds(const std::vector<std::string> &folders)
{
    std::vector<std::filesystem::path> paths;
    for (const std::string &folder : folders) {
        for (const auto &entry : std::filesystem::directory_iterator(folder)) {
            if (entry.is_regular_file() && entry.file_size() <= largestInput)
                paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> seeds;
    for (const auto &path : paths) {
        std::ifstream in(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return seeds;
}

/// Makes input after input from the seeds, always in the same order.
class Mutator
{
public:
    explicit Mutator(std::vector<std::string> seeds) : m_seeds(std::move(seeds)) {}

    std::string next()
    {
        std::string input = pick();
        for (std::size_t changes = below(6) + 1; changes > 0; --changes)
            change(input);
        input.resize(std::min(input.size(), largestInput));
        return input;
    }

private:
    // Not std::uniform_int_distribution: its results differ between standard libraries.
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : std::size_t(m_random() % bound); }
    const std::string &pick() { return m_seeds[below(m_seeds.size())]; }

    void change(std::string &input)
    {
        const std::size_t at = below(input.size() + 1);
        const std::size_t size = std::min(input.size() - at, below(below(2) ? 8 : 200));
        switch (below(9)) {
        case 0: input.erase(at, size); break;
        case 1: input.insert(at, input, at, size); break;
        case 2: input.insert(at, size + 1, char(below(256))); break;
        case 3: input.resize(at); break;
        case 4: {
            const std::string &other = pick();
            input = input.substr(0, at) + other.substr(std::min(at, other.size()));
            break;
        }
        case 5: overwrite(input, at); break;
        case 6: overwriteDigits(input, at); break;
        default:
            if (at < input.size())
                input[at] = char(input[at] ^ (1 << below(8)));
        }
    }

    /// A number at the edge of some type, in 1, 2, 4 or 8 bytes of either order.
    void overwrite(std::string &input, std::size_t at)
    {
        static constexpr uint64_t edges[] = {0,
                                             1,
                                             0x7F,
                                             0x80,
                                             0xFF,
                                             0x7FFF,
                                             0x8000,
                                             0xFFFF,
                                             0x7FFFFFFF,
                                             0x80000000,
                                             0xFFFFFFFF,
                                             0x7FFFFFFFFFFFFFFF,
                                             0x8000000000000000,
                                             0xFFFFFFFFFFFFFFFF};
        const uint64_t value = edges[below(std::size(edges))] + below(3) - 1;
        const std::size_t bytes = std::size_t(1) << below(4);
        const bool isSwapped = below(4) == 0;
        for (std::size_t i = 0; i < bytes && at + i < input.size(); ++i)
            input[at + i] = char(value >> 8 * (isSwapped ? bytes - 1 - i : i));
    }

    /// The decimal number at or behind `at`, replaced by another one.
    void overwriteDigits(std::string &input, std::size_t at)
    {
        static constexpr const char *numbers[] = {
            "0", "1", "-1", "2147483648", "4294967296", "9223372036854775807", "18446744073709551616", "1e9", "3.5"};
        const std::size_t first = input.find_first_of("0123456789", at);
        if (first == std::string::npos)
            return;
        const std::size_t last = std::min(input.find_first_not_of("0123456789", first), input.size());
        input.replace(first, last - first, numbers[below(std::size(numbers))]);
    }

    std::vector<std::string> m_seeds;
    std::mt19937_64 m_random{20260101};
};
}

int main(int argc, char **argv)
{
    std::vector<std::string> arguments(argv + 1, argv + argc);
    long dumped = -1;
    std::string dumpPath;
    if (arguments.size() > 3 && arguments[0] == "--dump") {
        dumped = std::atol(arguments[1].c_str());
        dumpPath = arguments[2];
        arguments.erase(arguments.begin(), arguments.begin() + 3);
    }
    const std::vector<std::string> seeds = readSeeds(arguments);
    if (seeds.empty()) {
        std::fprintf(stderr, "there are no seeds\n");
        return 2;
    }
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(tellCurrent);
    else
        std::signal(SIGSEGV, die);
    std::signal(SIGABRT, die);

    const char *stated = std::getenv("WEIGHTSMITH_FUZZ_SECONDS");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(stated ? std::atol(stated) : 3);
    Mutator mutator(seeds);
    for (long number = 0; number < mostInputs; ++number) {
        if (dumped < 0 && number >= long(seeds.size()) && std::chrono::steady_clock::now() > end)
            break;
        current = number;
        const std::string input = number < long(seeds.size()) ? seeds[std::size_t(number)] : mutator.next();
        if (number == dumped) {
            std::ofstream(dumpPath, std::ios::binary) << input;
            return 0;
        }
        if (dumped < 0)
            LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t *>(input.data()), input.size());
    }
    std::printf("%zu seeds and %ld mutations\n", seeds.size(), current + 1 - long(seeds.size()));
    return 0;
}
