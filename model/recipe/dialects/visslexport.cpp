// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/jsonwriter.h"
#include "model/base/text.h"
#include "model/recipe/codec.h"
#include "model/recipe/dialects/exportsettings.h"

#include <QCoreApplication>

#include <algorithm>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("Export", text);
}

using Dialect = VisslSettings::Dialect;

/// A step of the recipe that changes something, and its place there.
struct Counted
{
    int index;
    Step step;
};

/// The steps that change something, without what does not change what they do.
std::vector<Counted> counted(const Recipe &recipe)
{
    std::vector<Counted> list;
    for (std::size_t i = 0; i < recipe.steps().size(); ++i) {
        Step step = recipe.steps()[i];
        if (!step.enabled || step.kind().word == "assert")
            continue;
        step.note.clear();
        step.id.clear();
        step.required = false;
        step.collision = Collision::Error;
        list.push_back({int(i), std::move(step)});
    }
    return list;
}

std::string textField(const Step &step, std::string_view name)
{
    const std::optional<Node> value = step.field(name);
    if (!value)
        return {};
    return value->isList() && !value->items.empty() ? value->items.front().text : value->text;
}

/// Guesses the settings that a recipe says; whether it says just that, the recipe of the guess shows.
class VisslGuess
{
public:
    explicit VisslGuess(const Recipe &recipe)
    {
        settings.skipLayers.clear();
        settings.stateDictKeyName.clear();
        for (const Step &step : recipe.steps()) {
            if (step.enabled)
                look(step);
        }
        if (isClassy && !settings.isFeatureExtractor() && !takesBaseModelOff)
            settings.dialect = Dialect::Documented;
        bind(recipe.bind());
    }

    VisslSettings settings;
    bool hasRoot = false;
    bool isClassy = false;

private:
    void look(const Step &step)
    {
        const std::string_view word = step.kind().word;
        if (word == "join" && !hasRoot) {
            hasRoot = isClassy = true;
            settings.stateDictKeyName = {"classy_state_dict"};
        } else if (word == "root" && !hasRoot) {
            hasRoot = true;
            root(step);
        } else if (word == "remove-prefix" && settings.removePrefix.empty()) {
            settings.removePrefix = textField(step, "prefix");
        } else if (word == "add-prefix" && settings.appendPrefix.empty()) {
            settings.appendPrefix = textField(step, "prefix");
        } else if (word == "assert") {
            check(step);
        } else if (word == "rename" && textField(step, "to") == "trunk.base_model.") {
            extract();
        } else if (word == "rename" && textField(step, "to") == "trunk.") {
            takesBaseModelOff = true;
        }
    }

    void root(const Step &step)
    {
        const std::optional<Node> path = step.field("path");
        const auto parsed = path ? Codec<ObjectPath>::parse(*path) : Result<ObjectPath>(ObjectPath());
        if (!parsed || parsed->isAuto)
            return;
        settings.stateDictKeyName = parsed->components;
        settings.keyNameIsPath =
            parsed->components.size() > 1 || parsed->components == std::vector<std::string>{"classy_state_dict"};
    }

    /// VISSL's own check tells the dialect, and in one of them the mode.
    void check(const Step &step)
    {
        const std::optional<Node> all = step.field("all-prefix");
        if (!all || !all->isList())
            return;
        for (const Node &prefix : all->items) {
            if (prefix.text == "trunk.base_model._feature_blocks.")
                extract();
            if (prefix.text == "trunk._feature_blocks." || prefix.text == "trunk.base_model._feature_blocks.")
                settings.dialect = Dialect::Documented;
        }
    }

    void extract()
    {
        settings.evalModeOn = settings.freezeTrunkOnly = settings.hasFeaturePools = true;
        settings.evalTrunkAndHead = true;
    }

    void bind(const Bind &bind)
    {
        for (const Node &item : bind.skip)
            settings.skipLayers.push_back(item.text);
        if (bind.heads.policy == Bind::HeadPolicy::Skip) {
            settings.evalModeOn = true;
            settings.evalTrunkAndHead = false;
        }
        settings.assertHeadLayerShapeInit = bind.heads.policy != Bind::HeadPolicy::SkipIfShapeDiffers;
    }

    bool takesBaseModelOff = false;
};

Error cannot(const QString &what)
{
    return {Error::Kind::BadRecipe, what};
}

/// What of bind VISSL cannot say; empty: nothing.
QString bindProblem(const Bind &bind, const Bind &ofVissl)
{
    for (const Node &item : bind.skip) {
        if (!item.isScalar())
            return tr("“skip” has a selector; VISSL's SKIP_LAYERS are parts of keys.");
    }
    if (bind.heads != ofVissl.heads)
        return tr("“heads” is about other keys than those with “heads” in them, which are VISSL's.");
    if (bind.shape != Bind::ShapePolicy::Error)
        return tr("“shape” is not “error”; VISSL refuses a layer whose shape differs.");
    if (bind.unexpected != Bind::Unexpected::Drop)
        return tr("“unexpected” is “keep”; VISSL loads no layer that the model does not have.");
    if (bind.unmatched == Bind::Unmatched::Fill)
        return tr("“unmatched” is “fill”; VISSL leaves such layers as the model has them.");
    if (bind.strictUnexpected)
        return tr("“strict” refuses unexpected keys; VISSL takes them.");
    return {};
}

std::string list(const std::vector<std::string> &texts)
{
    std::string out = "[";
    for (const std::string &text : texts)
        out += (out.size() > 1 ? ", " : "") + jsonString(text);
    return out + ']';
}

std::string leftOut(const Recipe &recipe)
{
    std::string out;
    for (std::size_t i = 0; i < recipe.steps().size(); ++i) {
        const Step &step = recipe.steps()[i];
        const bool isOwn = step.note == "VISSL's check_model_compatibility";
        if (step.enabled && step.kind().word == "assert" && !isOwn)
            out += "# Left out, as VISSL cannot check it: step " + std::to_string(i + 1) + " ("
                + step.sentenceText().toStdString() + ").\n";
    }
    const Bind &bind = recipe.bind();
    if (!bind.ignoreMissing.empty() || !bind.ignoreUnexpected.empty() || !bind.expectMissing.empty())
        out += "# Left out, as it changes the report alone: the lists of keys that may be missing or unexpected.\n";
    if (bind.strictMissing)
        out +=
            "# Missing layers are refused only where VISSL extracts features (engine_name=extract_features) or loads "
            "a teacher.\n";
    return out;
}

std::string yaml(const Recipe &recipe, const VisslSettings &settings)
{
    const auto line = [](std::string_view name, const std::string &value, std::string_view comment = {}) {
        return "      " + std::string(name) + ": " + value
            + (comment.empty() ? std::string() : "  # " + std::string(comment)) + '\n';
    };
    std::string out = "# @package _global_\n# For VISSL ";
    out += settings.dialect == Dialect::Main ? "of its main branch (since March 2022).\n"
                                             : "as documented (before March 2022).\n";
    out += leftOut(recipe) + "config:\n  MODEL:\n";
    if (settings.evalModeOn || !settings.assertHeadLayerShapeInit) {
        out += "    FEATURE_EVAL_SETTINGS:\n";
        if (settings.evalModeOn)
            out += line("EVAL_MODE_ON", "True");
        if (settings.freezeTrunkOnly)
            out += line("FREEZE_TRUNK_ONLY", "True");
        if (settings.evalModeOn && settings.evalTrunkAndHead)
            out += line("EVAL_TRUNK_AND_HEAD", "True");
        if (settings.hasFeaturePools)
            out += line("LINEAR_EVAL_FEAT_POOL_OPS_MAP", "[[\"res5avg\", [\"Identity\", []]]]",
                        "the features that are evaluated");
        if (!settings.assertHeadLayerShapeInit)
            out += line("ASSERT_HEAD_LAYER_SHAPE_INIT", "False");
    }
    const std::vector<std::string> &key = settings.stateDictKeyName;
    out += "    WEIGHTS_INIT:\n" + line("PARAMS_FILE", "\"\"", "the checkpoint");
    out += line("STATE_DICT_KEY_NAME",
                settings.keyNameIsPath ? list(key) : jsonString(key.empty() ? std::string() : key.front()));
    out += line("SKIP_LAYERS", list(settings.skipLayers));
    out += line("REMOVE_PREFIX", jsonString(settings.removePrefix));
    out += line("APPEND_PREFIX", jsonString(settings.appendPrefix));
    return out;
}
}

Result<VisslSettings> visslSettings(const Recipe &recipe)
{
    if (recipe.native())
        return cannot(
            tr("The recipe's guard (“native”) cannot be written as VISSL's settings, which have no condition."));
    const VisslGuess guess(recipe);
    const Result<Imported> same = visslRecipe(guess.settings);
    if (!same)
        return same.error();
    const std::vector<Counted> wanted = counted(recipe), said = counted(same->recipe);
    if (!guess.hasRoot && (wanted.empty() || wanted.front().step.kind().word != "root"))
        return cannot(tr("The recipe has no step “root”, but VISSL must be told where in the file the weights are "
                         "(STATE_DICT_KEY_NAME); begin with “root: []” for the file itself."));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i < said.size() && said[i].step == wanted[i].step)
            continue;
        return cannot(tr("Step %1 (%2) cannot be written as VISSL's settings, which know one root, one prefix to "
                         "remove after it, then one to add, and no other change.")
                          .arg(wanted[i].index + 1)
                          .arg(wanted[i].step.sentenceText()));
    }
    if (said.size() > wanted.size())
        return cannot(tr("The recipe does not do what VISSL does with such a file of its own: %1.")
                          .arg(said[wanted.size()].step.sentenceText()));
    if (const QString problem = bindProblem(recipe.bind(), same->recipe.bind()); !problem.isEmpty())
        return cannot(tr("The recipe's “bind” cannot be written as VISSL's settings: %1").arg(problem));
    return guess.settings;
}

Result<std::string> exportVissl(const Recipe &recipe)
{
    const Result<VisslSettings> settings = visslSettings(recipe);
    return settings ? Result<std::string>(yaml(recipe, *settings)) : settings.error();
}
