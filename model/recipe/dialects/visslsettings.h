// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/recipe/dialects/imported.h"

/// What VISSL is told about loading weights: `config.MODEL.WEIGHTS_INIT` (or the distillation teacher's) and the parts
/// of `FEATURE_EVAL_SETTINGS` that change it. Defaults are those of its defaults.yaml.
struct VisslSettings
{
    /// VISSL as its documentation says (until 2022-03-29, the release in PyPI), or the last state of its main branch.
    enum class Dialect : quint8 { Documented, Main };
    /// Who loads: a run of training or evaluation takes what it finds, the others refuse missing layers.
    enum class Use : quint8 { Training, Extraction, Teacher };

    Dialect dialect = Dialect::Main;
    Use use = Use::Training;
    std::string paramsFile;
    std::vector<std::string> stateDictKeyName = {"classy_state_dict"}; ///< empty: the file itself
    bool keyNameIsPath = false; ///< given as a list
    std::vector<std::string> skipLayers = {"num_batches_tracked"};
    std::string skipLayersText; ///< given as this text, whose characters VISSL takes for the list
    std::string removePrefix;
    std::string appendPrefix;
    bool evalModeOn = false;
    bool freezeTrunkOnly = false;
    bool freezeTrunkAndHead = false;
    bool evalTrunkAndHead = false;
    bool assertHeadLayerShapeInit = true;
    bool hasFeaturePools = false; ///< LINEAR_EVAL_FEAT_POOL_OPS_MAP names a feature

    /// The trunk is wrapped, so that its keys are `trunk.base_model.…`.
    bool isFeatureExtractor() const { return evalModeOn && (freezeTrunkOnly || freezeTrunkAndHead) && hasFeaturePools; }
    bool wantsHeads() const { return !evalModeOn || evalTrunkAndHead; }
    /// A checkpoint that VISSL wrote: loaded without looking at the prefixes.
    bool isClassy() const
    {
        return !keyNameIsPath && stateDictKeyName == std::vector<std::string>{"classy_state_dict"};
    }
    /// The APPEND_PREFIX that loads a checkpoint of others with this dialect in this mode. `blocks` for a ResNet of
    /// torchvision's, whose layers VISSL keeps in `_feature_blocks`; none for a ViT.
    enum class Blocks : quint8 { None, FeatureBlocks };
    std::string foreignPrefix(Blocks blocks) const;
    /// What keys must start with in the documented dialect, unless it is `heads.`.
    std::string documentedPrefix() const
    {
        return isFeatureExtractor() ? "trunk.base_model._feature_blocks." : "trunk._feature_blocks.";
    }

    bool operator==(const VisslSettings &) const = default;
};

/// Which of the two places in a configuration is meant.
enum class VisslBlock : quint8 { Either, Model, Teacher };

/// Settings from text and from overrides, which outrank it. The text is YAML (a whole configuration, plain or Hydra's,
/// or a part of it down to the block alone) or a command line; either may be empty. Remarks tell of what was not
/// understood, and
/// errors say where in the text of `name` they are.
struct VisslText
{
    VisslSettings settings;
    std::vector<ImportRemark> remarks;
};
Result<VisslText> readVissl(std::string_view text, const std::vector<std::string> &overrides,
                            VisslSettings::Dialect dialect, VisslBlock block = VisslBlock::Either,
                            const std::string &name = {});

/// The settings after overrides: bare names of settings are enough.
Result<VisslSettings> changedVissl(const VisslSettings &settings, const std::vector<std::string> &overrides);

/// The recipe that does what VISSL does with these settings; with remarks about what it does without telling.
Result<Imported> visslRecipe(const VisslSettings &settings, const std::string &source = {});
