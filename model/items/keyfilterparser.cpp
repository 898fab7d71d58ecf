// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/items/keyfilter.h"
#include "model/items/keysearch.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace {
using Term = KeyFilter::Term;

QString tr(const char *text)
{
    return QCoreApplication::translate("KeyFilter", text);
}

Error wrong(const QString &message)
{
    return {Error::Kind::Usage, message};
}

/// One word of the line, with what stood around it.
struct Word
{
    enum class Kind { Plain, Quoted, Regex };

    Kind kind = Kind::Plain;
    std::string text;
    bool negated = false;
    bool anyCase = false; ///< of a regular expression
};

/// Takes the line apart into words.
class Words
{
public:
    explicit Words(std::string_view line) : m_line(line) {}

    /// The next word, or nothing at the end.
    Result<std::optional<Word>> next()
    {
        while (m_at < m_line.size() && isSpace(m_line[m_at]))
            ++m_at;
        if (m_at == m_line.size())
            return std::optional<Word>();
        Word word;
        if (m_line[m_at] == '!' && m_at + 1 < m_line.size() && !isSpace(m_line[m_at + 1])) {
            word.negated = true;
            ++m_at;
        }
        switch (m_line[m_at]) {
        case '"': return std::optional(quoted(std::move(word)));
        case '/': return regex(std::move(word));
        default: return std::optional(plain(std::move(word)));
        }
    }

private:
    static bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n'; }

    Word plain(Word word)
    {
        while (m_at < m_line.size() && !isSpace(m_line[m_at]))
            word.text += m_line[m_at++];
        return word;
    }

    /// A quote that is not closed yet reaches to the end of the line.
    Word quoted(Word word)
    {
        const std::size_t end = std::min(m_line.find('"', m_at + 1), m_line.size());
        word.kind = Word::Kind::Quoted;
        word.text = m_line.substr(m_at + 1, end - m_at - 1);
        m_at = std::min(end + 1, m_line.size());
        return word;
    }

    /// Up to a slash that ends the word, so that slashes inside need no escape.
    Result<std::optional<Word>> regex(Word word)
    {
        for (std::size_t end = m_at + 1; end < m_line.size(); ++end) {
            if (m_line[end] != '/' || m_line[end - 1] == '\\')
                continue;
            const bool hasFlag = end + 1 < m_line.size() && m_line[end + 1] == 'i';
            const std::size_t after = end + (hasFlag ? 2 : 1);
            if (after < m_line.size() && !isSpace(m_line[after]))
                continue;
            word.kind = Word::Kind::Regex;
            word.text = m_line.substr(m_at + 1, end - m_at - 1);
            word.anyCase = hasFlag;
            m_at = after;
            return std::optional(std::move(word));
        }
        return wrong(tr("The regular expression is not finished: close it with “/”."));
    }

    std::string_view m_line;
    std::size_t m_at = 0;
};

std::vector<std::string> split(std::string_view text, std::string_view separators)
{
    std::vector<std::string> parts;
    while (true) {
        const std::size_t at = text.find_first_of(separators);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos)
            return parts;
        text.remove_prefix(at + 1);
    }
}

template<typename Search>
bool matchesOther(const Search &search, const KeyLeaves &leaves, quint32 leaf)
{
    if (leaves.moreSources.empty())
        return false;
    const auto others = leaves.others(leaf);
    return std::any_of(others.begin(), others.end(), [&](Name name) { return search.matches(name); });
}

template<typename Search>
Term keyTerm(Search search)
{
    return [search = std::move(search)](const KeyLeaves &leaves, quint32 leaf) {
        const Name source = leaves.sources[leaf];
        const Name result = leaves.names[leaf];
        return search.matches(result) || (source != result && search.matches(source))
            || matchesOther(search, leaves, leaf);
    };
}

/// A text found in a key is found in any longer piece of the same memory: one search does for both names when a step
/// only cut off a prefix.
Term textTerm(const std::string &text)
{
    return [search = TextSearch(text)](const KeyLeaves &leaves, quint32 leaf) {
        const Name source = leaves.sources[leaf];
        const Name result = leaves.names[leaf];
        const bool isPiece = source.data() + source.size() == result.data() + result.size();
        return search.matches(source) || (!(isPiece && source.size() >= result.size()) && search.matches(result))
            || matchesOther(search, leaves, leaf);
    };
}

Result<Term> dtypeTerm(const std::string &words)
{
    std::vector<bool> wanted(256, false);
    for (const std::string &text : split(words, ",")) {
        if (text.empty())
            return wrong(tr("“dtype:” needs a type, as in dtype:bfloat16."));
        bool isKnown = false;
        std::vector<std::string_view> known;
        for (int code = 1; code <= int(DType::Bits4x2); ++code) {
            const std::string_view name = word(DType(code));
            known.push_back(name);
            if (dtypeFromWord(text) == DType(code) || GlobSearch(text).matches(name))
                isKnown = wanted[std::size_t(code)] = true;
        }
        if (isKnown)
            continue;
        const std::string near = nearest(text, known);
        return wrong(near.empty()
                         ? tr("“%1” is not a type.").arg(displayName(text))
                         : tr("“%1” is not a type; did you mean “%2”?").arg(displayName(text), displayName(near)));
    }
    return Term(
        [wanted](const KeyLeaves &leaves, quint32 leaf) { return bool(wanted[std::size_t(leaves.dtype(leaf))]); });
}

/// Sizes with places that may be anything.
struct ShapePattern
{
    static constexpr qint64 any = -1;

    std::vector<qint64> head;
    std::vector<qint64> tail; ///< after `...`
    bool isOpen = false; ///< there is a `...`

    bool matches(const Shape &shape) const
    {
        const auto same = [](qint64 wanted, qint64 size) { return wanted == any || wanted == size; };
        const auto rank = std::size_t(shape.size());
        if (isOpen ? rank < head.size() + tail.size() : rank != head.size())
            return false;
        return std::equal(head.begin(), head.end(), shape.begin(), same)
            && std::equal(tail.rbegin(), tail.rend(), std::make_reverse_iterator(shape.end()), same);
    }
};

Result<Term> shapeTerm(std::string text)
{
    const auto unclear = [&] {
        return wrong(
            tr("“shape:%1” is not a shape: write sizes as in shape:96,3,*,* or shape:96,...").arg(displayName(text)));
    };
    ShapePattern pattern;
    std::string_view body = text;
    if (body.starts_with('['))
        body.remove_prefix(1);
    if (body.ends_with(']'))
        body.remove_suffix(1);
    if (body.empty())
        return unclear();
    for (const std::string &part : body == "scalar" ? std::vector<std::string>() : split(body, ",x")) {
        std::vector<qint64> &sizes = pattern.isOpen ? pattern.tail : pattern.head;
        qint64 size = ShapePattern::any;
        if (part == "..." && !pattern.isOpen) {
            pattern.isOpen = true;
            continue;
        }
        const auto [end, problem] = std::from_chars(part.data(), part.data() + part.size(), size);
        const bool isNumber = problem == std::errc() && end == part.data() + part.size() && size >= 0;
        if (!isNumber && part != "*")
            return unclear();
        sizes.push_back(isNumber ? size : ShapePattern::any);
    }
    return Term([pattern](const KeyLeaves &leaves, quint32 leaf) {
        const TargetKey *target = leaves.target(leaf);
        return pattern.matches(leaves.shape(leaf)) || (target && pattern.matches(target->shape));
    });
}

/// `>1M`, `<=1.5GB`.
Result<Term> sizeTerm(const std::string &text)
{
    const bool isAbove = text[0] == '>';
    const bool orEqual = text.size() > 1 && text[1] == '=';
    const char *begin = text.data() + (orEqual ? 2 : 1);
    const char *end = text.data() + text.size();
    const bool isBytes = end > begin && end[-1] == 'B';
    if (isBytes)
        --end;
    double factor = 1;
    constexpr std::string_view units = "kMGT";
    if (const std::size_t unit = end > begin ? units.find(end[-1] == 'K' ? 'k' : end[-1]) : units.npos;
        unit != units.npos) {
        factor = std::pow(1000.0, double(unit + 1));
        --end;
    }
    double number = 0;
    const auto [stop, problem] = std::from_chars(begin, end, number, std::chars_format::fixed);
    if (problem != std::errc() || stop != end || begin == end)
        return wrong(tr("“%1” is not a size: write it as in >1M, <=512 or >1.5GB.").arg(displayName(text)));
    return Term([=, limit = number * factor](const KeyLeaves &leaves, quint32 leaf) {
        const auto size = double(isBytes ? leaves.bytes[leaf] : leaves.parameters[leaf]);
        return (orEqual && size == limit) || (isAbove ? size > limit : size < limit);
    });
}

Result<Term> plainTerm(const std::string &text)
{
    constexpr std::string_view dtypeWord = "dtype:";
    constexpr std::string_view shapeWord = "shape:";
    if (text.starts_with(dtypeWord))
        return dtypeTerm(text.substr(dtypeWord.size()));
    if (text.starts_with(shapeWord))
        return shapeTerm(text.substr(shapeWord.size()));
    if (text[0] == '>' || text[0] == '<')
        return sizeTerm(text);
    if (const auto verdict = verdictFromWord(text)) {
        return Term(
            [verdict = *verdict](const KeyLeaves &leaves, quint32 leaf) { return leaves.verdicts[leaf] == verdict; });
    }
    if (text == "difference")
        return Term([](const KeyLeaves &leaves, quint32 leaf) { return isDifference(leaves.verdicts[leaf]); });
    if (text == "renamed") {
        return Term([](const KeyLeaves &leaves, quint32 leaf) {
            return !leaves.sources[leaf].empty() && leaves.sources[leaf] != leaves.names[leaf];
        });
    }
    return text.find_first_of("*?") == std::string::npos ? textTerm(text) : keyTerm(GlobSearch(text));
}

Result<Term> termOf(const Word &word)
{
    if (word.kind == Word::Kind::Plain)
        return plainTerm(word.text);
    if (word.kind == Word::Kind::Quoted)
        return textTerm(word.text);
    const auto search = RegexSearch::compile(word.text, word.anyCase);
    if (!search)
        return search.error();
    return keyTerm(*search);
}
}

Result<KeyFilter> KeyFilter::parse(const QString &text)
{
    const std::string line = text.toStdString();
    Words words(line);
    KeyFilter filter;
    while (true) {
        const auto word = words.next();
        if (!word)
            return word.error();
        if (!*word)
            return filter;
        Result<Term> term = termOf(**word);
        if (!term)
            return term.error();
        if ((*word)->negated)
            filter.m_terms.push_back(
                [term = std::move(*term)](const KeyLeaves &leaves, quint32 leaf) { return !term(leaves, leaf); });
        else
            filter.m_terms.push_back(std::move(*term));
    }
}
