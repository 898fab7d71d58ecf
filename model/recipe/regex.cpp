// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/recipe/regex.h"

#include "model/base/text.h"
#include "model/recipe/pythonregex.h"

#include <QCoreApplication>

#include <array>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Regex", text);
}

/// Steps of backtracking per search; a thousand times what real patterns need on real keys, and a few milliseconds.
constexpr quint32 matchLimit = 1'000'000;
constexpr quint32 depthLimit = 1'000'000;
constexpr quint32 heapLimitKib = 64 * 1024;
constexpr std::size_t longestPattern = 20'000;

template<auto Free>
struct Deleter
{
    template<typename T>
    void operator()(T *pointer) const
    {
        Free(pointer);
    }
};

QString pcreMessage(int code)
{
    std::array<PCRE2_UCHAR, 256> buffer{};
    pcre2_get_error_message(code, buffer.data(), buffer.size());
    return QString::fromUtf8(reinterpret_cast<const char *>(buffer.data()));
}

Error badPattern(std::string_view shown, const QString &why)
{
    return {Error::Kind::BadRecipe,
            tr("The regular expression “%1” cannot be used: %2.").arg(displayName(shown.substr(0, 200)), why)};
}

std::vector<std::pair<std::string, int>> capturesOf(const pcre2_code *code)
{
    quint32 count = 0, size = 0;
    PCRE2_SPTR table = nullptr;
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    std::vector<std::pair<std::string, int>> names;
    for (quint32 i = 0; i < count; ++i, table += size)
        names.emplace_back(reinterpret_cast<const char *>(table + 2), (table[0] << 8) | table[1]);
    return names;
}
}

Result<Regex> Regex::build(const std::string &pcre, std::string_view shown, Classes classes)
{
    if (shown.size() > longestPattern)
        return badPattern(shown, tr("it is longer than %1 bytes").arg(longestPattern));
    const std::unique_ptr<pcre2_compile_context, Deleter<pcre2_compile_context_free>> context(
        pcre2_compile_context_create(nullptr));
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context.get(), PCRE2_BSR_UNICODE);
    int code = 0;
    PCRE2_SIZE offset = 0;
    // Names come from files: bytes that are not UTF-8 match nothing, instead of being an error.
    const quint32 options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALT_CIRCUMFLEX
        | (classes == Classes::Unicode ? PCRE2_UCP : 0);
    pcre2_code *compiled =
        pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pcre.data()), pcre.size(), options, &code, &offset, context.get());
    if (!compiled)
        return badPattern(shown, pcreMessage(code));
    Regex regex;
    regex.m_code = std::shared_ptr<const pcre2_code>(compiled, [](const pcre2_code *pointer) {
        pcre2_code_free(const_cast<pcre2_code *>(pointer)); // PCRE2 frees only what is not const
    });
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE); // without JIT, matching is slower but the same
    quint32 groups = 0;
    pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &groups);
    regex.m_pattern = shown;
    regex.m_groupCount = int(groups);
    regex.m_groupNames = capturesOf(compiled);
    return regex;
}

Result<Regex> Regex::native(const std::string &pattern, std::string_view shown)
{
    return build(pattern, shown, Classes::Unicode);
}

Result<Regex> Regex::python(std::string_view pattern)
{
    Result<PythonPattern> translated = translatePython(pattern);
    if (!translated)
        return badPattern(pattern, translated.error().message);
    return build(translated->pcre, pattern, translated->isAscii ? Classes::Ascii : Classes::Unicode);
}

Result<Regex> Regex::glob(std::string_view pattern)
{
    return build(translateGlob(pattern), pattern, Classes::Unicode);
}

struct RegexMatcher::State
{
    std::shared_ptr<const pcre2_code> code;
    std::string pattern;
    std::unique_ptr<pcre2_match_data, Deleter<pcre2_match_data_free>> data;
    std::unique_ptr<pcre2_match_context, Deleter<pcre2_match_context_free>> context;
    std::unique_ptr<pcre2_jit_stack, Deleter<pcre2_jit_stack_free>> stack;
    std::string_view subject;
    const PCRE2_SIZE *ends = nullptr;
    int count = 0; ///< groups of the last match, the whole included
};

RegexMatcher::RegexMatcher(const Regex &regex) : d(new State)
{
    constexpr std::size_t firstStack = 32 * 1024, lastStack = 1024 * 1024;
    d->code = regex.m_code;
    d->pattern = regex.m_pattern;
    d->data.reset(pcre2_match_data_create_from_pattern(d->code.get(), nullptr));
    d->context.reset(pcre2_match_context_create(nullptr));
    d->stack.reset(pcre2_jit_stack_create(firstStack, lastStack, nullptr));
    pcre2_set_match_limit(d->context.get(), matchLimit);
    pcre2_set_depth_limit(d->context.get(), depthLimit);
    pcre2_set_heap_limit(d->context.get(), heapLimitKib);
    pcre2_jit_stack_assign(d->context.get(), nullptr, d->stack.get());
    d->ends = pcre2_get_ovector_pointer(d->data.get());
}

RegexMatcher::~RegexMatcher() = default;
RegexMatcher::RegexMatcher(RegexMatcher &&) noexcept = default;

RegexMatcher::Outcome RegexMatcher::search(std::string_view subject, std::size_t from, Empty empty)
{
    // PCRE2 wants an address even for empty text.
    d->subject = subject.data() ? subject : std::string_view("");
    const quint32 options = empty == Empty::NotAtStart ? PCRE2_NOTEMPTY_ATSTART : 0;
    d->count = pcre2_match(d->code.get(), reinterpret_cast<PCRE2_SPTR>(d->subject.data()), d->subject.size(), from,
                           options, d->data.get(), d->context.get());
    if (d->count > 0)
        return Outcome::Found;
    return d->count == PCRE2_ERROR_NOMATCH ? Outcome::NotFound : Outcome::GaveUp;
}

std::string_view RegexMatcher::group(int number) const
{
    if (number >= d->count || d->ends[2 * number] == PCRE2_UNSET || d->ends[2 * number] > d->ends[2 * number + 1])
        return {};
    return d->subject.substr(d->ends[2 * number], d->ends[2 * number + 1] - d->ends[2 * number]);
}

std::size_t RegexMatcher::begin() const
{
    return d->ends[0];
}

std::size_t RegexMatcher::end() const
{
    return d->ends[1];
}

Error RegexMatcher::gaveUp(std::string_view subject) const
{
    return {Error::Kind::BadRecipe,
            tr("The regular expression “%1” needs too many steps on “%2”; make its repeats less ambiguous.")
                .arg(displayName(d->pattern.substr(0, 200)), displayName(subject.substr(0, 200)))};
}
