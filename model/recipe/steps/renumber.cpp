// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/recipe/steps/support.h"
#include "model/recipe/template.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>
#include <map>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Step", text);
}

/// Which of the numbers that are there stands at each new place.
struct BlockOrder
{
    bool isReverse = false;
    std::vector<qint64> numbers; ///< the old number per new place

    bool isGiven() const { return isReverse || !numbers.empty(); }
    bool operator==(const BlockOrder &) const = default;
};
}

template<>
struct Codec<BlockOrder> : PlainCodec
{
    static constexpr FieldType type = FieldType::Any;
    static std::string schema()
    {
        return R"({"anyOf": [{"enum": ["reverse"]}, {"type": "array", "items": {"type": "integer", "minimum": 0}}]})";
    }
    static Result<BlockOrder> parse(const Node &node)
    {
        if (node.isScalar() && node.text == "reverse")
            return BlockOrder{true, {}};
        if (!node.isList() || node.items.empty())
            return expected(node, tr("“reverse”, or a list of the old numbers such as [0, 1, 1, 2]"));
        BlockOrder order;
        for (const Node &item : node.items) {
            const Result<qint64> number = parseInteger(item);
            if (!number || *number < 0)
                return expected(item, tr("a number from 0 on"));
            order.numbers.push_back(*number);
        }
        return order;
    }
    static Node print(const BlockOrder &order)
    {
        if (order.isReverse)
            return Node::scalar("reverse");
        if (!order.isGiven())
            return {};
        std::vector<Node> items;
        for (const qint64 number : order.numbers)
            items.push_back(Node::scalar(std::to_string(number)));
        return Node::list(std::move(items));
    }
};

namespace {
/// Rows whose keys differ in the number alone, and in what follows the pattern: `blocks.0.…` to `blocks.11.…`.
struct Family
{
    struct Block
    {
        std::vector<std::size_t> rows;
        std::vector<qint64> becomes; ///< none: it is dropped
    };
    std::map<qint64, Block> blocks; ///< by number
};

/// Where the number stands in a key.
struct NumberPlace
{
    std::size_t at = 0;
    std::size_t size = 0;
};

/// Gives numbered blocks other numbers.
struct Renumber
{
    std::string at;
    BlockOrder order;
    qint64 shift = 0;

    static FieldLines fields()
    {
        return FieldLines{
            field("at", &Renumber::at, "Where the number stands, from the start of the key: blocks.{i}.",
                  requiredField | mainField),
            field("order", &Renumber::order,
                  "The old number for each new place, as in [0, 2, 2]: what is left out is dropped, what is repeated "
                  "is copied; or reverse."),
            field("shift", &Renumber::shift, "What is added to each number.")};
    }

    Result<void> check() const
    {
        const Result<NamePattern> pattern = NamePattern::compile(at, NamePattern::At::Start);
        if (!pattern)
            return pattern.error();
        if (!numberOf(pattern->scope()))
            return badStep(tr("“at” of “renumber” names no number; expected one, as in blocks.{i}."));
        if (!order.isGiven() && shift == 0)
            return badStep(tr("“renumber” changes no number; it needs order or shift."));
        return {};
    }

    std::vector<SentencePart> sentence() const
    {
        std::vector<SentencePart> parts{plain(tr("Renumber ")), code(at)};
        if (order.isReverse)
            parts.push_back(plain(tr(" in reverse")));
        else if (order.isGiven())
            parts = std::move(parts) + orderWords();
        if (shift != 0)
            parts = std::move(parts) + std::vector{plain(tr(" and add ")), code(std::to_string(shift))};
        return parts;
    }

    Result<void> apply(StepRun &run) const
    {
        const Result<NamePattern> pattern = NamePattern::compile(at, NamePattern::At::Start);
        if (!pattern)
            return run.error(pattern.error().message);
        std::vector<NumberPlace> places(run.rows().size());
        std::map<std::string, Family, std::less<>> families;
        if (const Result<void> found = findFamilies(run, *pattern, places, families); !found)
            return found;
        qint64 copies = 0;
        for (auto &[others, family] : families) {
            if (const Result<void> ordered = giveNumbers(run, family, copies); !ordered)
                return ordered;
        }
        for (const auto &[others, family] : families) {
            if (const Result<void> done = rewrite(run, family, places); !done)
                return done;
        }
        return {};
    }

private:
    static constexpr qint64 mostCopies = 1'000'000;
    static constexpr std::size_t shownNumbers = 12;

    std::vector<SentencePart> orderWords() const
    {
        std::string text;
        for (std::size_t i = 0; i < std::min(order.numbers.size(), shownNumbers); ++i)
            text += (i > 0 ? ", " : "") + std::to_string(order.numbers[i]);
        std::vector<SentencePart> words{plain(tr(" in the order ")), code(text)};
        if (order.numbers.size() > shownNumbers)
            words.push_back(plain(tr(" and %1 more").arg(order.numbers.size() - shownNumbers)));
        return words;
    }

    /// The capture that is renumbered: the last number.
    static const Capture *numberOf(const CaptureScope &scope)
    {
        const Capture *number = nullptr;
        for (const Capture &capture : scope.captures)
            number = capture.kind == Capture::Kind::Integer ? &capture : number;
        return number;
    }

    Result<void> findFamilies(StepRun &run, const NamePattern &pattern, std::vector<NumberPlace> &places,
                              std::map<std::string, Family, std::less<>> &families) const
    {
        const Capture *number = numberOf(pattern.scope());
        RegexMatcher matcher(pattern.regex());
        std::string others;
        return eachRow(run, {}, [&](std::size_t i, auto) -> Result<void> {
            const Name name = run.rows()[i].name;
            const auto outcome = matcher.search(name);
            if (outcome == RegexMatcher::Outcome::GaveUp)
                return run.error(matcher.gaveUp(name).message);
            if (outcome == RegexMatcher::Outcome::NotFound)
                return {};
            const std::string_view digits = matcher.group(number->slot);
            qint64 value = 0;
            if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc())
                return run.error(tr("the number in “%1” does not fit 64 bits.").arg(displayName(name)));
            others.clear();
            for (const Capture &capture : pattern.scope().captures) {
                if (&capture != number)
                    (others += matcher.group(capture.slot)) += '\0';
            }
            places[i] = {std::size_t(digits.data() - name.data()), digits.size()};
            auto family = families.find(others);
            if (family == families.end())
                family = families.try_emplace(others).first;
            family->second.blocks[value].rows.push_back(i);
            return {};
        });
    }

    Result<void> giveNumbers(StepRun &run, Family &family, qint64 &copies) const
    {
        if (order.isReverse) {
            auto last = family.blocks.rbegin();
            for (auto &[number, block] : family.blocks)
                block.becomes.push_back((last++)->first);
        } else if (!order.isGiven()) {
            for (auto &[number, block] : family.blocks)
                block.becomes.push_back(number);
        }
        for (std::size_t place = 0; place < order.numbers.size(); ++place) {
            const auto found = family.blocks.find(order.numbers[place]);
            if (found == family.blocks.end())
                return run.error(tr("the order names %1, and beside “%2” there is no such number.")
                                     .arg(order.numbers[place])
                                     .arg(displayName(nameIn(run, family))));
            Family::Block &block = found->second;
            copies += block.becomes.empty() ? 0 : qint64(block.rows.size());
            if (copies > mostCopies)
                return run.error(tr("the order makes more than %1 copies of keys.").arg(exactText(mostCopies)));
            block.becomes.push_back(qint64(place));
        }
        for (auto &[number, block] : family.blocks) {
            for (qint64 &becomes : block.becomes) {
                if (__builtin_add_overflow(becomes, shift, &becomes) || becomes < 0)
                    return run.error(tr("“%1” would get a number below 0 or one that does not fit 64 bits.")
                                         .arg(displayName(run.rows()[block.rows.front()].name)));
            }
        }
        return {};
    }

    static Name nameIn(const StepRun &run, const Family &family)
    {
        return run.rows()[family.blocks.begin()->second.rows.front()].name;
    }

    Result<void> rewrite(StepRun &run, const Family &family, const std::vector<NumberPlace> &places) const
    {
        std::string name;
        const auto numbered = [&](std::size_t row, qint64 number) -> std::string_view {
            name = run.rows()[row].name;
            return name.replace(places[row].at, places[row].size, std::to_string(number));
        };
        for (const auto &[number, block] : family.blocks) {
            if (run.stopRequested())
                return cancelled();
            // A copy stands behind its whole block, so that blocks stay together.
            for (std::size_t copy = 1; copy < block.becomes.size(); ++copy) {
                for (const std::size_t row : block.rows)
                    run.add(numbered(row, block.becomes[copy]), run.rows()[row].value, row, block.rows.back());
            }
            for (const std::size_t row : block.rows) {
                if (block.becomes.empty())
                    run.drop(row);
                else if (block.becomes.front() == number)
                    run.matched(row);
                else
                    run.rename(row, numbered(row, block.becomes.front()));
            }
        }
        return {};
    }
};
}

const StepKind &renumberStep()
{
    static const StepKind kind =
        stepKind<Renumber>({.word = "renumber",
                            .title = "Renumber",
                            .group = "Names",
                            .help = "Gives numbered blocks other numbers: another order, fewer of them, or some twice.",
                            .exampleStep = "renumber: {at: 'blocks.{i}', order: [0, 2, 2]}",
                            .exampleBefore = "blocks.0.first\nblocks.1.second\nblocks.2.third",
                            .exampleAfter = "blocks.0.first\nblocks.1.third\nblocks.2.third"});
    return kind;
}
