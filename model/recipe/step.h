// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/recipe/condition.h"
#include "model/recipe/node.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

class Inclusions; ///< `inclusions.h`
class Lets;
class Recipe;
class StepRun;

/// What a field holds: decides its editor in the window and its type in the JSON Schema.
enum class FieldType : quint8 { Bool, Integer, Number, Text, Texts, Choice, Selector, Path, Parts, Sizes, Pairs, Any };

/// How many of the fields of a step that stand for each other are given.
enum class FieldShare : quint8 { Free, ExactlyOne, AtMostOne };

/// One field of a step, as data. Derived from the struct's member by the step's own table (`field.h`).
struct FieldInfo
{
    std::string_view name; ///< as in YAML
    FieldType type;
    bool isMain; ///< a scalar or list given as the step's whole body means this field
    bool isRequired;
    FieldShare share; ///< with the others of the same kind in the step
    bool isUsual; ///< of several that share, the one to offer first
    std::string_view help; ///< one line
    std::span<const std::string_view> choices; ///< Choice: the words allowed; Integer: words beside the numbers
    std::string_view defaultText; ///< as YAML; empty: none
    std::string_view schema; ///< JSON Schema of its value
};

/// A word of a step's sentence; `isCode` parts are shown in the fixed face.
struct SentencePart
{
    QString text;
    bool isCode = false;
};

/// Where the files are that a step names.
struct StepFiles
{
    QString folder; ///< of its recipe
    Inclusions *inclusions = nullptr; ///< what the whole recipe includes; null: a step that is read alone
    bool mayLack = false; ///< a recipe that cannot be read is for the plan to say
};

/// A recipe that a step includes, as it was read.
struct Included
{
    std::string name; ///< as the step says it
    std::string under; ///< the prefix of the keys that it is for
    const Recipe *recipe = nullptr; ///< lives as long as the step; null: it could not be read
    std::optional<Condition> when; ///< of several, the first that holds is taken; nothing: always
};

/// Everything known about one kind of step; one per file under `steps/`, listed in `steps/registry.cpp`.
struct StepKind
{
    std::string_view word; ///< "remove-prefix"
    std::string_view title; ///< "Remove prefix"
    std::string_view group; ///< "Root", "Names", "Values", "Checks": as in recipe.md
    std::string_view help; ///< a sentence or two
    std::string_view exampleStep; ///< YAML of a typical body: `remove-prefix: module.`
    std::string_view exampleBefore; ///< key lines before, separated by '\n'
    std::string_view exampleAfter;
    std::span<const FieldInfo> fields;

    /// Type-erased operations on the plain struct; made by stepKind<T>() in `field.h`.
    std::shared_ptr<const void> (*createDefault)();
    /// `lets`: the names that expressions in it may use.
    Result<std::shared_ptr<const void>> (*parse)(const Node &body, const Lets &lets);
    /// Load what the body names (tables, recipes); null when this kind names nothing.
    Result<std::shared_ptr<const void>> (*resolve)(const void *body, const StepFiles &files);
    /// The recipes that the body includes; null when this kind includes none.
    std::vector<Included> (*included)(const void *body);
    /// With paths of recipes that do not depend on `folder`, from where they were read; null as `included`.
    std::shared_ptr<const void> (*moved)(const void *body, const QString &folder);
    /// Whole paths of the checkpoints, beside the source, whose tensors the body takes; null when this kind takes none.
    std::vector<QString> (*checkpoints)(const void *body);
    /// One field set from YAML data; nothing (null) sets it back to its default.
    Result<std::shared_ptr<const void>> (*withField)(const void *body, std::string_view field, const Node &value);
    Node (*print)(const void *body); ///< fields that differ from their default; the main field alone when possible
    bool (*equal)(const void *left, const void *right);
    std::vector<SentencePart> (*sentence)(const void *body);
    Result<void> (*apply)(const void *body, StepRun &run);
    std::optional<Node> (*fieldValue)(const void *body, std::string_view field); ///< nothing when at its default
    /// Add the names, without values, that expressions of later steps may use; null when this kind gives none.
    void (*declare)(const void *body, Lets &lets);
};

enum class Collision : quint8 { Error, KeepLast };

/// One step of a recipe: a value. Its body is one plain struct of its kind, immutable and shared.
class Step
{
public:
    /// A step of this kind with all fields at their defaults.
    explicit Step(const StepKind &kind);
    Step(const StepKind &kind, std::shared_ptr<const void> body);

    const StepKind &kind() const { return *m_kind; }
    const void *body() const { return m_body.get(); }
    /// Its kind says which part of the file the state dict is.
    bool choosesRoot() const { return m_kind->group == "Root"; }
    /// The step with what its body names loaded.
    Result<Step> resolved(const StepFiles &files) const;
    std::vector<Included> included() const;
    std::vector<QString> checkpoints() const;
    /// The same step in a recipe of another folder.
    Step movedFrom(const QString &folder) const;

    /// The step with one field set from YAML data, or set back to its default by a null node; BadRecipe names step,
    /// field, expected and found.
    Result<Step> withField(std::string_view field, const Node &value) const;
    /// The field's value as YAML data; nothing when it is at its default.
    std::optional<Node> field(std::string_view name) const { return m_kind->fieldValue(body(), name); }
    /// "Rename `norm3` → `norm`": for cards, undo texts, messages.
    std::vector<SentencePart> sentence() const { return m_kind->sentence(body()); }
    QString sentenceText() const;

    /// The step with one of commonFields() set from YAML data, or set back to its default by a null node.
    Result<Step> withCommonField(std::string_view name, const Node &value) const;
    /// Its value as YAML data; nothing when it is at its default.
    std::optional<Node> commonField(std::string_view name) const;

    bool operator==(const Step &other) const;

    // Fields every step takes; they stand beside its word in YAML.
    bool enabled = true;
    bool required = false;
    Collision collision = Collision::Error;
    std::string note;
    std::string id;
    std::optional<Condition> when;

private:
    const StepKind *m_kind;
    std::shared_ptr<const void> m_body;
};

/// The fields every step takes, in the order they are written.
std::span<const FieldInfo> commonFields();

/// Every kind of step, in the order of recipe.md.
std::span<const StepKind *const> stepKinds();
/// By word; null if there is none.
const StepKind *findStepKind(std::string_view word);

/// One list item of `steps:`: a word, or a map of a word, its body and the common fields.
/// Expressions in it may use `lets`.
Result<Step> parseStep(const Node &node, const Lets &lets);
/// One step from text as `--step 'in-chans: 8'` gives it.
Result<Step> parseStepText(std::string_view text, const Lets &lets);
Result<Step> parseStepText(std::string_view text);
Node printStep(const Step &step);
/// The JSON Schema types of conditions and selectors live under these names in the recipe's schema.
constexpr std::string_view selectorReference = R"({"$ref": "#/$defs/selector"})";
constexpr std::string_view conditionReference = R"({"$ref": "#/$defs/condition"})";
